-- Writes the public face of a record; the words of title, keywords, abstract and the rest weigh less and less.
insert into catalogue_entry (record_id, state, version, metadata, title, abstract, type, keywords, topics, organisation,
  footprint, begins_at, ends_at, successor_id, created_at, updated_at, published_at, search)
values (:id, :state, :version, :metadata::jsonb, :title, :abstract, :type, :keywords::text[], :topics::text[], :organisation,
  case when :west::float8 is null then null
       else ST_MakeEnvelope(:west - :grow, :south - :grow, :east + :grow, :north + :grow, 4326) end,
  :begins::date, :ends::date, :successor::uuid, :created::timestamptz, now(), coalesce(:published::timestamptz, now()),
  setweight(to_tsvector('english', unaccent(:title)), 'A')
    || setweight(to_tsvector('english', unaccent(:keywordText)), 'B')
    || setweight(to_tsvector('english', unaccent(:abstract)), 'C')
    || setweight(to_tsvector('english', unaccent(:rest)), 'D'))
on conflict (record_id) do update set
  state = excluded.state, version = excluded.version, metadata = excluded.metadata, title = excluded.title,
  abstract = excluded.abstract, type = excluded.type, keywords = excluded.keywords, topics = excluded.topics,
  organisation = excluded.organisation, footprint = excluded.footprint, begins_at = excluded.begins_at,
  ends_at = excluded.ends_at, successor_id = excluded.successor_id, updated_at = excluded.updated_at, search = excluded.search

-- What the public sees of one record, with the ways to obtain the data and the titles of what replaces it and of what it
-- replaces. One statement, so that it is of one moment.
select e.record_id, e.state, e.version, e.metadata, e.type, e.created_at, e.updated_at, e.published_at,
  (select c.id from collection c where c.record_id = e.record_id and c.is_published order by c.id limit 1) as collection_id,
  (select s.record_id from catalogue_entry s where s.record_id = e.successor_id) as successor_id,
  (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'record_id', d.record_id, 'kind', d.kind, 'title', d.title,
      'file_id', d.file_id, 'file_name', f.file_name, 'collection_id', d.collection_id, 'style_id', d.style_id,
      'url', d.url, 'protocol', d.protocol, 'media_type', d.media_type, 'format', d.format,
      'size_bytes', d.size_bytes, 'epsg', d.epsg) order by d.position, d.id), '[]'::jsonb)
   from distribution d left join file f on f.id = d.file_id where d.record_id = e.record_id) as distributions,
  (select jsonb_build_object('id', s.record_id, 'title', s.title)
   from catalogue_entry s where s.record_id = e.successor_id) as successor,
  (select coalesce(jsonb_agg(jsonb_build_object('id', p.record_id, 'title', p.title) order by p.updated_at desc), '[]'::jsonb)
   from catalogue_entry p where p.successor_id = e.record_id) as predecessors
from catalogue_entry e
where e.record_id = :id

-- Words among half a million records in the time of a key stroke: one index of words that also knows how old a record is and
-- which words are in its title. Its conjunctions skip from match to match, so that the newest records with a word that is
-- everywhere cost as little as those with a rare one.

-- '= road': in the title. '@2 110403': changed within these 16² minutes, for 16⁰ to 16⁵. No text search gives such lexemes.
-- backend/src/domain/word-marks.ts writes the same in queries.
create function secims.search_marks(search tsvector, updated_at timestamptz) returns tsvector
  language plpgsql immutable parallel safe cost 10000 as $$
declare
  minutes bigint := floor(extract(epoch from updated_at) / 60);
begin
  return strip(search) || array_to_tsvector(
    array(select '= ' || lexeme from unnest(tsvector_to_array(ts_filter(search, '{a}'))) lexeme)
    || array['@0 ' || minutes, '@1 ' || (minutes >> 4), '@2 ' || (minutes >> 8), '@3 ' || (minutes >> 12),
             '@4 ' || (minutes >> 16), '@5 ' || (minutes >> 20)]);
end $$;

-- Neighbours by the beginnings of their lexemes, for phrases: 'corree' for coral reefs. What it finds is looked at again.
create function secims.search_pairs(search tsvector) returns tsvector
  language plpgsql immutable parallel safe cost 10000 as $$
declare
  words text[];
begin
  select array_agg(left(lexeme, 3) order by place) into words from unnest(search) cross join unnest(positions) place;
  return array_to_tsvector(array(select before || after from unnest(words, words[2:]) pair (before, after) where after is not null));
end $$;

drop function secims.newest_with_words(tsquery, timestamptz, integer);
drop function secims.count_words(tsquery, integer);
drop index secims.catalogue_entry_search_idx;
-- Readers would have to look through what is not yet in its place: after many publications, for long.
create index catalogue_entry_marks_idx on secims.catalogue_entry using gin (secims.search_marks(search, updated_at)) with (fastupdate = off);
create index catalogue_entry_pairs_idx on secims.catalogue_entry using gin (secims.search_pairs(search));

-- All words, as the index has them: what a beginning stands for, and what a mistyped word resembles. A word that is in no
-- record any more finds nothing, and may stay.
create table secims.catalogue_word (word text collate "C" not null constraint catalogue_word_pkey primary key);
create function secims.words_of(search tsvector) returns setof text language sql immutable parallel safe as $$
  select lexeme from unnest(tsvector_to_array(search)) lexeme
  union all
  select '= ' || lexeme from unnest(tsvector_to_array(ts_filter(search, '{a}'))) lexeme
$$;
insert into secims.catalogue_word select distinct word from secims.catalogue_entry cross join secims.words_of(search) word;
create index catalogue_word_pieces_idx on secims.catalogue_word using gin (word public.gin_trgm_ops) where word like '= %';

-- In one order, so that two publications do not wait for each other.
create function secims.add_words() returns trigger language plpgsql as $$
begin
  insert into secims.catalogue_word select word from secims.words_of(new.search) word order by word collate "C" on conflict do nothing;
  return null;
end $$;
create trigger catalogue_entry_words after insert or update of search on secims.catalogue_entry
  for each row execute function secims.add_words();

-- Pieces of titles are searched by catalogue clients (dc:title LIKE '%…%' in CSW).
create index catalogue_entry_title_trgm_idx on secims.catalogue_entry using gin (title public.gin_trgm_ops);

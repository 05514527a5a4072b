-- Features are edited one by one, in the table that is served (OGC API – Features Part 4). Nobody needs rights that were
-- not there before: the roles already read and write collections and their tables.

alter table secims.collection
  -- Edits so far. `revision` counts them too: their difference changes with a replace only, and is what pages go by.
  add column edit_count bigint not null default 0,
  -- Last edit of the present data; null as long as they are what was loaded, and the stored file says the same.
  add column edited_at timestamptz,
  -- Ids below are never given again, so that a link to a deleted feature does not lead to another.
  add column next_fid bigint;

-- What a request with an Idempotency-Key has created: its repetition after a crash finds it here and creates nothing.
create table secims.feature_creation (
  request_id uuid not null constraint feature_creation_pkey primary key,
  collection_id text not null,
  first_fid bigint not null,
  feature_count integer not null,
  created_at timestamptz not null default now()
);
create index feature_creation_created_at_idx on secims.feature_creation (created_at);

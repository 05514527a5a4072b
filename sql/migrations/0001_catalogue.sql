-- The catalogue: who may write (token, domain), what comes in (upload, blob), what is published (record,
-- collection, style, distribution), how it gets there (publication, job), and what was done (audit_entry).
-- Schemas: secims = ours; staging = tables being loaded; data = one table per collection version;
-- public = PostGIS, and the views that publishers name (R6.19).

create schema if not exists secims;
create schema if not exists staging;
create schema if not exists data;

create extension if not exists postgis schema public;
create extension if not exists pg_trgm schema public;
create extension if not exists unaccent schema public;

-- Domains and tokens (R1) ------------------------------------------------------------------------------

create table secims.domain (
  id text not null constraint domain_pkey primary key constraint domain_id_form check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  title text not null,
  description text not null default '',
  created_at timestamptz not null default now()
);

create table secims.token (
  id text not null constraint token_pkey primary key constraint token_id_form check (id ~ '^[a-z0-9]{8}$'),
  secret_sha256 text not null constraint token_secret_form check (secret_sha256 ~ '^[0-9a-f]{64}$'),
  role text not null constraint token_role_known check (role in ('editor', 'domain_custodian', 'administrator')),
  domain_id text constraint token_domain_fkey references secims.domain (id),
  name text not null,
  organisation text not null,
  email text not null,
  description text not null default '',
  created_at timestamptz not null default now(),
  created_by text not null,
  rotated_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  should_rotate boolean not null default false,
  constraint token_custodian_has_domain check ((role = 'domain_custodian') = (domain_id is not null))
);

-- Bytes ------------------------------------------------------------------------------------------------

-- One row per distinct content; the file is blobs/ab/cd/<sha256>.
create table secims.blob (
  sha256 text not null constraint blob_pkey primary key constraint blob_sha256_form check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint not null constraint blob_size_positive check (size_bytes >= 0),
  created_at timestamptz not null default now()
);

create table secims.upload (
  id uuid not null constraint upload_pkey primary key,
  token_id text constraint upload_token_fkey references secims.token (id),
  file_name text not null,
  size_bytes bigint not null constraint upload_size_positive check (size_bytes >= 0),
  received_bytes bigint not null default 0,
  -- receiving: bytes still come in; probing: complete, being read; ready: probed; refused: see problem.
  state text not null default 'receiving' constraint upload_state_known check (state in ('receiving', 'probing', 'ready', 'refused')),
  sha256 text constraint upload_blob_fkey references secims.blob (sha256),
  probe jsonb,
  problem jsonb,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '24 hours'
);
create index upload_expires_at_idx on secims.upload (expires_at);
create index upload_sha256_idx on secims.upload (sha256);

-- A stored, immutable original or product, with the name it is downloaded under (R5.15).
create table secims.file (
  id uuid not null constraint file_pkey primary key,
  sha256 text not null constraint file_blob_fkey references secims.blob (sha256),
  file_name text not null,
  media_type text not null,
  format text not null,
  size_bytes bigint not null,
  -- EPSG code of the file's content where it has one (R10.2, R6.25).
  epsg integer,
  probe jsonb,
  created_at timestamptz not null default now()
);
create index file_sha256_idx on secims.file (sha256);

-- Records (R3, R4) -------------------------------------------------------------------------------------

create table secims.record (
  id uuid not null constraint record_pkey primary key,
  state text not null default 'draft' constraint record_state_known
    check (state in ('draft', 'in_review', 'returned', 'rejected', 'published', 'deprecated', 'deleted')),
  owner_id text constraint record_owner_fkey references secims.token (id),
  domain_id text constraint record_domain_fkey references secims.domain (id),
  -- The working copy; what the public sees is catalogue_entry. Schema: metadata/record-metadata.ts.
  metadata jsonb not null default '{}',
  -- What the next publication takes, unless it names another.
  upload_id uuid constraint record_upload_fkey references secims.upload (id) on delete set null,
  -- Which layer of that upload, where it has several.
  upload_layer text,
  -- Counts every change; the ETag.
  version integer not null default 1,
  published_version integer,
  return_reason text,
  successor_id uuid constraint record_successor_fkey references secims.record (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  published_at timestamptz,
  deleted_at timestamptz
);
create index record_owner_idx on secims.record (owner_id, updated_at desc);
create index record_domain_idx on secims.record (domain_id);
create index record_state_idx on secims.record (state);

-- What each published version said.
create table secims.record_version (
  record_id uuid not null constraint record_version_record_fkey references secims.record (id),
  version integer not null,
  metadata jsonb not null,
  published_at timestamptz not null default now(),
  published_by text not null,
  publication_id uuid,
  constraint record_version_pkey primary key (record_id, version)
);

-- Collections, styles, distributions -------------------------------------------------------------------

create table secims.style (
  id text not null constraint style_pkey primary key constraint style_id_form check (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  title text not null,
  owner_id text constraint style_owner_fkey references secims.token (id),
  sld_version text not null constraint style_sld_version_known check (sld_version in ('1.0.0', '1.1.0')),
  sld_sha256 text not null constraint style_sld_fkey references secims.blob (sha256),
  qml_sha256 text constraint style_qml_fkey references secims.blob (sha256),
  findings jsonb not null default '[]',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table secims.collection (
  id text not null constraint collection_pkey primary key constraint collection_id_form check (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  record_id uuid not null constraint collection_record_fkey references secims.record (id),
  title text not null,
  description text not null default '',
  table_name text not null constraint collection_table_key unique constraint collection_table_form check (table_name ~ '^d_[a-z0-9]+$'),
  storage_srid integer,
  geometry_type text,
  has_z boolean not null default false,
  has_curves boolean not null default false,
  extent_crs84 double precision[],
  extent_storage double precision[],
  feature_count bigint not null,
  -- [{ name, column, type }], in the order of the source.
  columns jsonb not null,
  time_column text,
  temporal_extent jsonb,
  revision bigint not null default 1,
  is_precomputed boolean not null default false,
  -- schema.table under which a view shows this collection to database users (R6.19).
  view_name text constraint collection_view_key unique,
  -- Unpublished collections keep their id, so that publishing again does not break a link (R6.27).
  is_published boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index collection_record_idx on secims.collection (record_id);

create table secims.record_style (
  record_id uuid not null constraint record_style_record_fkey references secims.record (id),
  style_id text not null constraint record_style_style_fkey references secims.style (id),
  is_default boolean not null default false,
  constraint record_style_pkey primary key (record_id, style_id)
);

-- A way to obtain the data (R11). The id is the public download address and survives a replace (R11.7).
create table secims.distribution (
  id uuid not null constraint distribution_pkey primary key,
  record_id uuid not null constraint distribution_record_fkey references secims.record (id),
  kind text not null constraint distribution_kind_known
    check (kind in ('original', 'features', 'style', 'external', 'information', 'service')),
  position integer not null default 0,
  title text not null,
  file_id uuid constraint distribution_file_fkey references secims.file (id),
  collection_id text constraint distribution_collection_fkey references secims.collection (id),
  style_id text constraint distribution_style_fkey references secims.style (id),
  url text,
  protocol text not null,
  media_type text,
  format text,
  size_bytes bigint,
  epsg integer,
  created_at timestamptz not null default now(),
  constraint distribution_has_one_target
    check (num_nonnulls(file_id, collection_id, style_id, url) = 1)
);
create index distribution_record_idx on secims.distribution (record_id, position);

-- What the public catalogue shows: one row per published or deprecated record. Written by the commit only.
create table secims.catalogue_entry (
  record_id uuid not null constraint catalogue_entry_pkey primary key constraint catalogue_entry_record_fkey references secims.record (id),
  state text not null constraint catalogue_entry_state_known check (state in ('published', 'deprecated')),
  version integer not null,
  metadata jsonb not null,
  title text not null,
  abstract text not null default '',
  type text not null default 'dataset',
  keywords text[] not null default '{}',
  topics text[] not null default '{}',
  organisation text,
  footprint geometry(Polygon, 4326),
  begins_at date,
  ends_at date,
  successor_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  published_at timestamptz not null,
  search tsvector not null
);
create index catalogue_entry_search_idx on secims.catalogue_entry using gin (search);
create index catalogue_entry_footprint_idx on secims.catalogue_entry using gist (footprint);
create index catalogue_entry_updated_at_idx on secims.catalogue_entry (updated_at desc, record_id);
create index catalogue_entry_title_idx on secims.catalogue_entry (lower(title), record_id);
create index catalogue_entry_successor_idx on secims.catalogue_entry (successor_id) where successor_id is not null;

-- Work ------------------------------------------------------------------------------------------------

create table secims.publication (
  id uuid not null constraint publication_pkey primary key,
  record_id uuid not null constraint publication_record_fkey references secims.record (id),
  kind text not null constraint publication_kind_known
    check (kind in ('publish', 'replace', 'restyle', 'metadata', 'unpublish')),
  state text not null default 'queued' constraint publication_state_known
    check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  step text not null default 'accept',
  -- What was asked: upload, layer, style, collection id … (services/publishing.ts).
  request jsonb not null,
  actor_id text,
  record_version integer not null,
  result jsonb,
  problem jsonb,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index publication_record_idx on secims.publication (record_id, created_at desc);
-- Only one publication of a record runs at a time.
create unique index publication_one_active_per_record on secims.publication (record_id) where state in ('queued', 'running');

create table secims.job (
  id bigint generated always as identity constraint job_pkey primary key,
  kind text not null,
  -- Two jobs of one kind with the same key never wait at the same time.
  key text not null,
  payload jsonb not null default '{}',
  state text not null default 'queued' constraint job_state_known check (state in ('queued', 'running', 'done', 'dead')),
  run_at timestamptz not null default now(),
  attempt integer not null default 0,
  max_attempts integer not null default 8,
  lease_owner text,
  lease_until timestamptz,
  -- Grows with every claim; a worker whose fence is old may not write.
  fence bigint not null default 0,
  progress jsonb not null default '{}',
  problem jsonb,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create unique index job_one_active_per_key on secims.job (kind, key) where state in ('queued', 'running');
create index job_claim_idx on secims.job (run_at) where state in ('queued', 'running');

-- Tables and views that left service; dropped once running readers have finished.
create table secims.retired_table (
  table_name text not null constraint retired_table_pkey primary key,
  retired_at timestamptz not null default now()
);

create table secims.idempotency (
  scope text not null,
  key text not null,
  fingerprint text not null,
  status integer,
  body jsonb,
  created_at timestamptz not null default now(),
  constraint idempotency_pkey primary key (scope, key)
);

-- Moves with every visible change; processes compare it to know that what they cached is still right.
create table secims.epoch (
  only_row boolean not null default true constraint epoch_pkey primary key constraint epoch_one_row check (only_row),
  value bigint not null default 1
);
insert into secims.epoch default values;

-- Audit (R3.9, R3.12): append-only, each row hashes the one before ---------------------------------------

create table secims.audit_entry (
  seq bigint not null constraint audit_entry_pkey primary key,
  at timestamptz not null,
  actor text not null,
  role text not null,
  action text not null,
  record_id uuid,
  subject text not null default '',
  detail jsonb not null default '{}',
  ip text,
  previous_hash text not null,
  hash text not null
);
create index audit_entry_record_idx on secims.audit_entry (record_id, seq);

create function secims.refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit entries are never changed or removed' using errcode = 'restrict_violation';
end $$;
create trigger audit_entry_is_append_only before update or delete on secims.audit_entry
  for each row execute function secims.refuse_audit_change();
create trigger audit_entry_is_never_emptied before truncate on secims.audit_entry
  for each statement execute function secims.refuse_audit_change();

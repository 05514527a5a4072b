-- A style as it was after each change, with its files: so that it can be had again, and restored (R7.6).
create table secims.style_version (
  style_id text not null constraint style_version_style_fkey references secims.style (id) on delete cascade,
  version integer not null,
  title text not null,
  sld_version text,
  sld_sha256 text constraint style_version_sld_fkey references secims.blob (sha256),
  qml_sha256 text constraint style_version_qml_fkey references secims.blob (sha256),
  what text not null constraint style_version_what_known check (what in ('created', 'replaced', 'restored')),
  -- Which version was restored.
  restored_from integer,
  -- The person's name; null where nobody noted it.
  made_by text,
  made_at timestamptz not null default now(),
  constraint style_version_pkey primary key (style_id, version),
  constraint style_version_has_file check (sld_sha256 is not null or qml_sha256 is not null),
  constraint style_version_restored_whole check ((what = 'restored') = (restored_from is not null))
);
create index style_version_sld_idx on secims.style_version (sld_sha256);
create index style_version_qml_idx on secims.style_version (qml_sha256);

insert into secims.style_version (style_id, version, title, sld_version, sld_sha256, qml_sha256, what, made_at)
select id, version, title, sld_version, sld_sha256, qml_sha256, case when version = 1 then 'created' else 'replaced' end, updated_at
from secims.style;

-- What it has symbols for: point, line, polygon, text, raster. null for styles of before, of which nobody noted it.
alter table secims.style add column draws text[];

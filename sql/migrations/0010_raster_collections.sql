-- A collection is a table, or a raster: a Cloud Optimised GeoTIFF among the stored files, described by what is known of its
-- bands, size and place (backend/src/domain/raster.ts).
alter table secims.collection alter column table_name drop not null;
alter table secims.collection
  add column kind text not null default 'features' constraint collection_kind_known check (kind in ('features', 'raster')),
  add column raster jsonb,
  add column raster_sha256 text constraint collection_raster_fkey references secims.blob (sha256);
alter table secims.collection add constraint collection_has_data check (
  case kind
    when 'features' then table_name is not null and raster is null and raster_sha256 is null
    else table_name is null and raster is not null and raster_sha256 is not null
  end);
create index collection_raster_idx on secims.collection (raster_sha256) where raster_sha256 is not null;

-- The raster as it is served, which programs read piece by piece over the network, is a way to obtain the data (R6.3, R11).
alter table secims.distribution drop constraint distribution_kind_known;
alter table secims.distribution add constraint distribution_kind_known
  check (kind in ('original', 'features', 'pmtiles', 'cog', 'style', 'external', 'information', 'service'));

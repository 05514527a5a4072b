-- Every collection the public may see, with what its pages say of record, style and downloads.
select c.id, c.record_id, c.title, c.description, c.kind, c.table_name, c.raster, c.raster_sha256, c.storage_srid, c.geometry_type, c.has_z, c.has_curves,
  c.extent_crs84, c.extent_storage, c.feature_count, c.columns, c.time_column, c.temporal_extent, c.revision, c.edit_count, c.edited_at,
  c.is_precomputed, c.created_at, c.updated_at,
  e.keywords, e.metadata ->> 'useConditions' as license, e.state = 'deprecated' as is_deprecated, e.successor_id,
  (select rs.style_id from record_style rs where rs.record_id = c.record_id and rs.is_default limit 1) as default_style_id,
  (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'title', s.title, 'version', s.version, 'sldVersion', s.sld_version,
      'hasQml', s.qml_sha256 is not null, 'isDefault', rs.is_default) order by rs.is_default desc, s.title, s.id), '[]'::jsonb)
   from record_style rs join style s on s.id = rs.style_id
   where rs.record_id = c.record_id) as styles,
  (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'title', d.title, 'mediaType', d.media_type, 'format', d.format,
      'sizeBytes', d.size_bytes, 'fileName', f.file_name) order by d.position), '[]'::jsonb)
   from distribution d join file f on f.id = d.file_id
   where d.record_id = c.record_id) as downloads
from collection c
join catalogue_entry e on e.record_id = c.record_id
where c.is_published
order by c.title, c.id

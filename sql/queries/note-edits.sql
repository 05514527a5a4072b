-- What a collection says of all its features after edits, the audit log, the job that makes its archive of tiles anew where it
-- has one, and the epoch by which everybody learns of it.
with archived as (
  insert into job (kind, key, run_at)
  select 'build-pmtiles', :id::text, now() + make_interval(secs => :archiveAfterSeconds::float8)
  where :featureCount::bigint > :archiveFromFeatures::bigint
    or exists (select from distribution d where d.record_id = :recordId::uuid and d.kind = 'pmtiles')
  on conflict (kind, key) where state in ('queued', 'running') do nothing
),
changed as (
  update collection c
  set feature_count = :featureCount::bigint,
      extent_storage = :extentStorage::float8[],
      extent_crs84 = :extentCrs84::float8[],
      temporal_extent = :temporalExtent::jsonb,
      revision = c.revision + :edits::bigint,
      edit_count = c.edit_count + :edits::bigint,
      edited_at = now(),
      updated_at = now()
  where c.id = :id::text
  returning c.*
),
logged as (
  insert into audit_entry
  select * from jsonb_populate_recordset(null::audit_entry, :entries::jsonb)
),
moved as (
  update epoch e set value = e.value + 1 returning e.value
)
select moved.value as epoch, to_jsonb(changed) as collection from changed, moved

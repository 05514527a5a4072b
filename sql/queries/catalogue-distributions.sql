-- The ways to obtain the data of some records, each in its order.
select d.id, d.record_id, d.kind, d.title, d.file_id, f.file_name, d.collection_id, d.style_id, d.url, d.protocol,
  d.media_type, d.format, d.size_bytes, d.epsg
from distribution d
left join file f on f.id = d.file_id
where d.record_id = any(:ids::uuid[])
order by d.record_id, d.position, d.id

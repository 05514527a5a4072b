-- What the catalogue's page narrows a search by beside the columns of a record: the format of a download, and whether the
-- data can be had live. Without these, a value that few records have was found by reading every distribution.
create index distribution_format_idx on secims.distribution (format, record_id) where kind in ('original', 'external');
create index distribution_live_idx on secims.distribution (record_id) where kind in ('features', 'service');

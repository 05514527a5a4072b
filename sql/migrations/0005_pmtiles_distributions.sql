-- An archive of a collection's vector tiles is a way to obtain the data (R6.11).
alter table secims.distribution drop constraint distribution_kind_known;
alter table secims.distribution add constraint distribution_kind_known
  check (kind in ('original', 'features', 'pmtiles', 'style', 'external', 'information', 'service'));

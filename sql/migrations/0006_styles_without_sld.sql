-- QGIS draws more than SLD can say: a style may be a QML alone (R7). One of the two there is always.
alter table secims.style alter column sld_version drop not null;
alter table secims.style alter column sld_sha256 drop not null;
alter table secims.style add constraint style_sld_whole check ((sld_sha256 is null) = (sld_version is null));
alter table secims.style add constraint style_has_file check (sld_sha256 is not null or qml_sha256 is not null);

-- Roles and what they may do, on a PostgreSQL server (db/roles.ts runs this at each start). None can sign in.
--   secims_read   what the public catalogue and the OGC faces read; no tokens, drafts, uploads, jobs or audit
--   secims_ingest loads tables into staging, and nothing else
--   secims_app    everything the server does, except changing our own tables' definitions

do $$
declare
  wanted text;
begin
  foreach wanted in array array['secims_read', 'secims_ingest', 'secims_app'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I nologin nosuperuser nocreatedb nocreaterole', wanted);
    end if;
    if not pg_has_role(current_user, wanted, 'member') then
      execute format('grant %I to current_user', wanted);
    end if;
  end loop;
end $$;

grant usage on schema secims, data, public to secims_read;
grant select on
  secims.catalogue_entry, secims.collection, secims.style, secims.record_style, secims.distribution, secims.file,
  secims.domain, secims.epoch, secims.catalogue_word
  to secims_read;
grant select on all tables in schema data to secims_read;
-- Tables are made in staging and moved; what they were granted at birth goes with them. The schema itself is closed.
alter default privileges in schema staging grant select on tables to secims_read;
alter default privileges in schema data grant select on tables to secims_read;

grant usage, create on schema staging to secims_ingest;
grant usage on schema public to secims_ingest;

grant usage on schema secims, staging, data, public to secims_app;
grant create on schema staging, data to secims_app;
grant select, insert, update, delete on all tables in schema secims to secims_app;
grant usage on all sequences in schema secims to secims_app;
revoke update, delete, truncate on secims.audit_entry from secims_app;
revoke insert, update, delete on secims.migration from secims_app;

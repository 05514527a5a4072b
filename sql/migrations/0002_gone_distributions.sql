-- Remembers the addresses of downloads that were withdrawn, so that they answer 410 and not 404 (R3.15).

create table secims.gone_distribution (
  id uuid not null constraint gone_distribution_pkey primary key,
  record_id uuid not null,
  gone_at timestamptz not null default now()
);

create function secims.remember_gone_distribution() returns trigger language plpgsql as $$
begin
  insert into secims.gone_distribution (id, record_id) values (old.id, old.record_id) on conflict (id) do nothing;
  return null;
end $$;
create trigger distribution_is_remembered after delete on secims.distribution
  for each row execute function secims.remember_gone_distribution();

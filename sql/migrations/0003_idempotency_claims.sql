-- A request with an Idempotency-Key may lose its server before its answer is stored. The claim of a dead server lapses,
-- and whoever takes it over finds what was done by the id that was given to the effect beforehand.
alter table secims.idempotency
  add column effect_id uuid not null default gen_random_uuid(),
  add column held_until timestamptz not null default now();

-- Records, uploads and publications have that id themselves; styles have names.
alter table secims.style add column request_id uuid constraint style_request_key unique;

-- Takes a key that nobody has used, or whose holder has died before it stored an answer. No row: somebody has it.
insert into idempotency as i (scope, key, fingerprint, held_until)
values (:scope, :key, :fingerprint, now() + make_interval(secs => :holdSeconds))
on conflict (scope, key) do update
set held_until = excluded.held_until
where i.status is null and i.held_until < now() and i.fingerprint = excluded.fingerprint
returning i.effect_id

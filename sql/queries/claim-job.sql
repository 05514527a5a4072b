-- Takes the oldest job that is due, or whose worker let its lease run out, and counts its fence up.
with due as (
  select j.id
  from job j
  where j.kind = any(:kinds::text[])
    and (
      (j.state = 'queued' and j.run_at <= now())
      or (j.state = 'running' and j.lease_until < now())
    )
  order by j.run_at, j.id
  limit 1
  for update skip locked
)
update job j
set state = 'running',
    attempt = j.attempt + 1,
    fence = j.fence + 1,
    lease_owner = :owner,
    lease_until = now() + make_interval(secs => :leaseSeconds)
from due
where j.id = due.id
returning j.id, j.kind, j.key, j.payload, j.attempt, j.max_attempts, j.lease_owner, j.fence

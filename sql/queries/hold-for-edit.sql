-- Holds a record, the tokens of those who edit, and then the collection for the rest of the transaction, in the order in which
-- publications take them. The setting is made before: rows are locked when the join that it is part of has given them.
with setting as materialized (
  select set_config('lock_timeout', :lockWait::text, true)
),
held as materialized (
  select r.* from setting, record r where r.id = :recordId::uuid for update of r
),
holders as materialized (
  select t.* from setting, token t where t.id = any (:tokenIds::text[]) for share of t
)
select to_jsonb(held) as record, to_jsonb(c) as collection,
  (select coalesce(jsonb_agg(to_jsonb(holders) - 'secret_sha256'), '[]') from holders) as tokens
from held
join collection c on c.record_id = held.id
where c.id = :collectionId::text and c.is_published
for update of c

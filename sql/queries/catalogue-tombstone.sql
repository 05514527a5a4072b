-- Whether the record was deleted, and what public record replaces it: following the successors while they are deleted too.
with recursive chain as (
  select r.id, r.state, r.successor_id, 1 as step from record r where r.id = :id and r.state = 'deleted'
  union all
  select r.id, r.state, r.successor_id, step + 1 from chain c join record r on r.id = c.successor_id
  where c.state = 'deleted' and c.step < 20
)
select (select jsonb_build_object('id', e.record_id, 'title', e.title)
        from chain c join catalogue_entry e on e.record_id = c.id order by c.step limit 1) as successor
where exists (select from chain)

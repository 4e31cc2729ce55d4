/**
 * Adds up what batches counted of their tags. In: how many batches at most. Out: how many there were.
 *
 * A hash keeps the first 50 values of a key by name, the others together as ''; keys beyond 100 are not kept. What was
 * counted for an issue that is gone is dropped: its hash may belong to a new one by now.
 */
import type { Queryable } from '../database.ts';

const MAX_VALUES = 50;
const MAX_KEYS = 100;
/** Advisory lock: one adds up at a time, and nobody removes an issue meanwhile. */
const LOCK = 7_003;

const STATEMENT = {
  name: 'add_tag_deltas',
  text: `
    with taken as (
      delete from tag_deltas where id in (select id from tag_deltas order by id limit $1) returning body
    ), counted as (
      select (d ->> 'project')::bigint as project_id, decode(d ->> 'hash', 'hex') as hash,
        t.key collate "C" as key, v.key collate "C" as value, sum(v.value::bigint)::bigint as events
      from taken, json_array_elements(taken.body) as d, json_each(d -> 'tags') as t, json_each_text(t.value) as v
      where exists (select from issues i where i.id = (d ->> 'issue')::bigint)
        or exists (select from issue_redirects r where r.issue_id = (d ->> 'issue')::bigint)
      group by 1, 2, 3, 4
    ), fresh as (
      select c.project_id, c.hash, c.key, c.value,
        row_number() over (partition by c.project_id, c.hash, c.key order by c.events desc, c.value) as nth_value,
        dense_rank() over (partition by c.project_id, c.hash order by c.key) as nth_key
      from counted c left join hash_tags t using (project_id, hash, key, value)
      where t.events is null
    ), placed as (
      select f.*, (
          select count(*) from hash_tags t
          where t.project_id = f.project_id and t.hash = f.hash and t.key = f.key and t.value <> ''
        ) as known_values, (
          select count(distinct t.key) from hash_tags t where t.project_id = f.project_id and t.hash = f.hash
        ) as known_keys
      from fresh f
    ), named as (
      select c.project_id, c.hash, c.key, c.events,
        case when coalesce(p.known_values + p.nth_value <= ${MAX_VALUES}, true) then c.value else '' end as value
      from counted c left join placed p using (project_id, hash, key, value)
      where coalesce(p.known_values > 0 or p.known_keys + p.nth_key <= ${MAX_KEYS}, true)
    ), added as (
      insert into hash_tags as t (project_id, hash, key, value, events)
      select project_id, hash, key, value, sum(events) from named group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (project_id, hash, key, value) do update set events = t.events + excluded.events
    )
    select count(*) as batches from taken`,
};

export async function addTagDeltas(tx: Queryable, limit: number): Promise<number> {
  const [row] = await tx.query<{ batches: number }>(STATEMENT, [limit]);
  return row?.batches ?? 0;
}

/** Until commit; waits. */
export async function lockTags(tx: Queryable): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock($1)', [LOCK]);
}

/** Until commit; false when another has it. */
export async function tryLockTags(tx: Queryable): Promise<boolean> {
  const [row] = await tx.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [LOCK]);
  return row?.taken === true;
}

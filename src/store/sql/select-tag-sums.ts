/** Tags of a project's newest events of a range, the most frequent values of each key first. */
import type { Queryable } from '../database.ts';
import { timeText } from '../filter-sql.ts';

/** Enough to show what is typical, few enough to unnest while someone waits. */
const MAX_EVENTS = 5_000;

const STATEMENT = `
  with newest as materialized (
    select e.terms from events e
    where e.project_id = $1 and e.received_at >= $2 and e.received_at < $3
      and e.day >= ($2 at time zone 'UTC')::date and e.day <= ($3 at time zone 'UTC')::date
    order by e.received_at desc, e.event_id desc limit ${MAX_EVENTS}
  ), counted as (
    select split_part(t, '=', 1) as key, substr(t, strpos(t, '=') + 1) as value, count(*) as events
    from newest, unnest(newest.terms) as t
    where starts_with(t, '#') and ($4::text is null or starts_with(t, '#' || $4 || '='))
    group by 1, 2
  ), ranked as (
    select key, value, events, row_number() over (partition by key order by events desc, value) as nth,
      sum(events) over (partition by key)::bigint as total
    from counted
  )
  select substr(key, 2) as key, value, events, total, (select count(*) from newest) as looked_at
  from ranked where nth <= $5 order by total desc, key, nth limit 1000`;

export interface TagSum {
  key: string;
  value: string;
  events: number;
  /** Of all values of the key. */
  total: number;
  /** How many events were looked at. */
  looked_at: number;
}

export async function selectTagSums(
  db: Queryable,
  projectId: number,
  o: { since: number; until: number; key: string | null; values: number },
): Promise<TagSum[]> {
  return db.query(STATEMENT, [projectId, timeText(o.since), timeText(o.until), o.key, o.values]);
}

/** The tags of an issue with its most frequent values, and how many events have the key at all. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  with counted as (
    select key, value, sum(events)::bigint as events from issue_tags where issue_id = $1 group by key, value
  ), ranked as (
    select key, value, events, sum(events) over (partition by key)::bigint as total,
      row_number() over (partition by key order by value = '', events desc, value) as nth
    from counted
  )
  select key, value, events, total from ranked where nth <= $2 and value <> '' order by key, nth`;

export interface CountedTag {
  key: string;
  value: string;
  events: number;
  /** Of all values of the key. */
  total: number;
}

export async function selectIssueTags(db: Queryable, issueId: string, values: number): Promise<CountedTag[]> {
  return db.query(STATEMENT, [issueId, values]);
}

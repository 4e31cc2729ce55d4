/** Archived issues whose time has come, or that may have a spike in the given hours. Not locked. */
import type { Queryable } from '../database.ts';

const DUE = `
  select i.id from issues i
  where i.status = 2 and i.condition is not null and i.condition ->> 'kind' = 'date'
    and (i.condition ->> 'until')::numeric <= $1
  order by i.id limit $2`;

/** `least`: fewer events in an hour are never a spike. */
const BUSY = `
  select i.id from issues i
  where i.status = 2 and i.condition is not null and i.condition ->> 'kind' = 'escalating'
    and exists (
      select from issue_hours h
      where h.issue_id = i.id and h.hour = any ($1::timestamptz[]) and h.events > $2)
  order by i.id limit $3`;

const HOURS = `
  select issue_id, hour, events from issue_hours
  where issue_id = any ($1::bigint[]) and hour >= $2 and hour <= $3`;

export async function selectDueIssues(db: Queryable, nowMs: number, limit: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(DUE, [nowMs, limit]);
  return rows.map((row) => row.id);
}

export async function selectBusyIssues(
  db: Queryable,
  hours: readonly number[],
  least: number,
  limit: number,
): Promise<number[]> {
  const rows = await db.query<{ id: number }>(BUSY, [
    hours.map((hour) => new Date(hour).toISOString()),
    least,
    limit,
  ]);
  return rows.map((row) => row.id);
}

/** By issue and hour start, epoch ms. */
export async function selectHoursOf(
  db: Queryable,
  issueIds: readonly number[],
  from: number,
  to: number,
): Promise<Map<number, Map<number, number>>> {
  const rows = await db.query<{ issue_id: number; hour: number; events: number }>(HOURS, [
    issueIds,
    new Date(from).toISOString(),
    new Date(to).toISOString(),
  ]);
  const byIssue = new Map<number, Map<number, number>>(issueIds.map((id) => [id, new Map()]));
  for (const row of rows) byIssue.get(row.issue_id)?.set(row.hour, row.events);
  return byIssue;
}

/** The numbers of a project's health as of one moment, from counters. */
import type { Queryable } from '../database.ts';
import { timeText } from '../filter-sql.ts';

const STATEMENT = `
  select
    (select coalesce(sum(events), 0)::bigint from project_counts
     where project_id = $1 and at > $2::timestamptz - interval '1 hour' and at <= $2 and level >= 3) as errors_hour,
    (select percentile_cont(0.5) within group (order by coalesce(h.errors, 0)) from (
       select b, sum(c.events) as errors
       from generate_series(1, 168) as b
       left join (
         select width_bucket(extract(epoch from $2::timestamptz - at)::float8, 3600, 169 * 3600, 168) as hours_ago, events
         from project_counts
         where project_id = $1 and at > $2::timestamptz - interval '169 hours' and at <= $2::timestamptz - interval '1 hour' and level >= 3
       ) c on c.hours_ago = b
       group by b) h) as median_hour,
    (select count(*) from issues i
     where i.project_id = $1 and i.status = 0 and i.first_seen >= date_trunc('day', $2::timestamptz, $3)) as new_unresolved,
    (select e.received_at from events e where e.project_id = $1
     order by e.received_at desc, e.event_id desc limit 1) as last_event,
    (select coalesce(sum(quantity), 0)::bigint from outcomes
     where project_id = $1 and hour > $2::timestamptz - interval '24 hours' and category = 'error'
       and outcome <> 'client_report') as received_day,
    (select coalesce(sum(quantity), 0)::bigint from outcomes
     where project_id = $1 and hour > $2::timestamptz - interval '24 hours' and category = 'error'
       and outcome not in ('accepted', 'spike', 'duplicate', 'client_report')) as dropped_day,
    (select coalesce(sum(sessions) filter (where status = 'started'), 0)::bigint from release_sessions
     where project_id = $1 and hour > $2::timestamptz - interval '24 hours') as sessions_day,
    (select coalesce(sum(sessions) filter (where status = 'crashed'), 0)::bigint from release_sessions
     where project_id = $1 and hour > $2::timestamptz - interval '24 hours') as crashed_day`;

export interface HealthRow {
  errors_hour: number;
  median_hour: number;
  new_unresolved: number;
  last_event: number | null;
  received_day: number;
  dropped_day: number;
  sessions_day: number;
  crashed_day: number;
}

export async function selectHealth(
  db: Queryable,
  projectId: number,
  nowMs: number,
  timeZone: string,
): Promise<HealthRow> {
  const [row] = await db.query<HealthRow>(STATEMENT, [projectId, timeText(nowMs), timeZone]);
  if (!row) throw new Error('A select without from gave no row.');
  return row;
}

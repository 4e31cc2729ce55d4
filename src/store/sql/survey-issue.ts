/**
 * What the stored events of an issue say about it, those of some hashes and the others apart, and the seq of the log up
 * to which that is: one statement, so one moment, and no lock.
 */
import type { Queryable } from '../database.ts';

/** `event_id` and `day` find the event; epoch ms. */
export interface SurveyedEvent {
  day: string;
  event_id: string;
  at: number;
}

export interface SurveyedPart {
  events: number;
  first_seen: number;
  last_seen: number;
  first_release: string | null;
  last_release: string | null;
  /** By time received. */
  first: SurveyedEvent;
  last: SurveyedEvent;
}

export interface Survey {
  seq: number;
  /** All hashes of the issue, hex. */
  owned: readonly string[];
  moved: SurveyedPart | null;
  kept: SurveyedPart | null;
  /** Moved events by the hour (epoch ms) in which they happened. */
  hours: ReadonlyMap<number, number>;
}

/**
 * The log has every stored event in order of commit: what came since is found by id, one by one (`limit`: as a join the
 * planner may read the whole issue for it).
 */
export const SINCE = `
  (select ((l.body::json) -> 'data' ->> 'id')::uuid as id from log l
   where l.project_id = $1 and l.issue_id = $2 and l.seq > $3 and l.kind = 1) since
  cross join lateral (
    select e.day, e.event_id, e.received_at, e.occurred_at, e.release, e.hash, e.user_ident
    from events e where e.event_id = since.id and e.day >= $4::date limit 1
  ) e`;

const edge = (condition: string, order: 'asc' | 'desc'): string =>
  `(select m.day, m.event_id, m.release from mine m where m.moved = s.moved and ${condition}
    order by m.event_id ${order} limit 1)`;

const survey = (source: string): string => `
  with mine as materialized (
    select coalesce(e.hash = any (array(select decode(h, 'hex') from unnest($5::text[]) as t (h))), false) as moved,
      e.day, e.event_id, e.received_at, e.occurred_at, e.release
    from ${source}
  ),
  hours as (
    select array_agg(hour order by hour)::text[] as hours, array_agg(events order by hour)::text[] as hour_events
    from (
      select (extract(epoch from date_trunc('hour', occurred_at)) * 1000)::bigint as hour, count(*) as events
      from mine where moved group by 1
    ) h
  ),
  -- Nothing is sorted: of a large issue that would go to disk.
  parts as (
    select moved, count(*) as events, min(occurred_at) as first_seen, max(occurred_at) as last_seen,
      min(received_at) as first_at, max(received_at) as last_at,
      min(received_at) filter (where release is not null) as first_release_at,
      max(received_at) filter (where release is not null) as last_release_at
    from mine group by moved
  )
  select p.seq, array(select encode(hash, 'hex') from issue_hashes where issue_id = $2 order by hash) as owned,
    h.hours, h.hour_events, s.*, f.day as first_day, f.event_id as first_id, z.day as last_day, z.event_id as last_id,
    fr.release as first_release, zr.release as last_release
  from project_log p cross join hours h left join parts s on true
  left join lateral ${edge('received_at = s.first_at', 'asc')} f on true
  left join lateral ${edge('received_at = s.last_at', 'desc')} z on true
  left join lateral ${edge('received_at = s.first_release_at and release is not null', 'asc')} fr on true
  left join lateral ${edge('received_at = s.last_release_at and release is not null', 'desc')} zr on true
  where p.project_id = $1`;

const ALL = survey('events e where e.issue_id = $2 and $3::bigint is null and $4::date is null');
const LATER = survey(SINCE);

type Row = { seq: number; owned: string[]; hours: string[] | null; hour_events: string[] | null } & (
  | { moved: null }
  | (Omit<SurveyedPart, 'first' | 'last'> & {
      moved: boolean;
      first_day: string;
      first_id: string;
      first_at: number;
      last_day: string;
      last_id: string;
      last_at: number;
    })
);

/** Of all events, or of those after a seq of the log, none of which was received before `day`. */
export async function surveyIssue(
  db: Queryable,
  o: {
    projectId: number;
    issueId: number;
    hashes: readonly string[];
    since: { seq: number; day: string } | null;
  },
): Promise<Survey> {
  const { projectId, issueId, hashes, since } = o;
  const rows = await db.query<Row>(since ? LATER : ALL, [
    projectId,
    issueId,
    since?.seq ?? null,
    since?.day ?? null,
    hashes,
  ]);
  const [any] = rows;
  if (!any) throw new Error(`Project ${projectId} has no log.`);
  const hours = (any.hours ?? []).map((hour, i) => [Number(hour), Number(any.hour_events?.[i])] as const);
  return {
    seq: any.seq,
    owned: any.owned,
    moved: partOf(rows, true),
    kept: partOf(rows, false),
    hours: new Map(hours),
  };
}

function partOf(rows: readonly Row[], moved: boolean): SurveyedPart | null {
  for (const row of rows) {
    if (row.moved !== moved || row.moved === null) continue;
    const { events, first_seen, last_seen, first_release, last_release } = row;
    return {
      events,
      first_seen,
      last_seen,
      first_release,
      last_release,
      first: { day: row.first_day, event_id: row.first_id, at: row.first_at },
      last: { day: row.last_day, event_id: row.last_id, at: row.last_at },
    };
  }
  return null;
}

/**
 * What a batch counts beside its issues, in one statement: events of issues by hour, of projects by
 * minute, of releases by quarter of an hour, stored events by day, each sorted by key, one row a key; and its tags, for tag-roll-up.ts to add up.
 */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'count_batch',
  text: `
    with issue_part as (
      insert into issue_hours as h (issue_id, hour, events)
      select * from unnest($1::bigint[], $2::timestamptz[], $3::bigint[])
      on conflict (issue_id, hour) do update set events = h.events + excluded.events
    ), tag_part as (
      insert into tag_deltas (body) values ($8)
    ), day_part as (
      insert into event_days as d (project_id, day, events, bytes)
      select * from unnest($9::bigint[], $10::date[], $11::bigint[], $12::bigint[])
      on conflict (project_id, day) do update
        set events = d.events + excluded.events, bytes = d.bytes + excluded.bytes
    ), release_part as (
      insert into release_counts as r (project_id, at, release, events)
      select * from unnest($13::bigint[], $14::timestamptz[], $15::text[], $16::bigint[])
      on conflict (project_id, at, release) do update set events = r.events + excluded.events
    )
    insert into project_counts as c (project_id, at, level, environment, events)
    select * from unnest($4::bigint[], $5::timestamptz[], $6::smallint[], $17::text[], $7::bigint[])
    on conflict (project_id, at, level, environment) do update set events = c.events + excluded.events`,
};

export interface IssueHour {
  issueId: number;
  /** ISO time. */
  hour: string;
  events: number;
}
export interface ProjectCount {
  projectId: number;
  /** ISO time of the minute. */
  at: string;
  level: number;
  /** '' is none. */
  environment: string;
  events: number;
}
export interface ReleaseCount {
  projectId: number;
  /** ISO time of the quarter of an hour. */
  at: string;
  release: string;
  events: number;
}
export interface ProjectDay {
  projectId: number;
  day: string;
  events: number;
  /** Of payloads, as stored. */
  bytes: number;
}
/** The tags of one event. */
export interface EventTags {
  project: number;
  issue: number;
  /** 32 hex digits. */
  hash: string;
  /** JSON of [key, value][]. */
  tagsJson: string;
  /** Epoch minute in which it happened. */
  minute: number;
}

export async function countBatch(
  tx: Queryable,
  counts: {
    issues: readonly IssueHour[];
    projects: readonly ProjectCount[];
    releases: readonly ReleaseCount[];
    days: readonly ProjectDay[];
    tags: readonly EventTags[];
  },
): Promise<void> {
  const { issues, projects, releases, days, tags } = counts;
  await tx.execute(STATEMENT, [
    issues.map((row) => row.issueId),
    issues.map((row) => row.hour),
    issues.map((row) => row.events),
    projects.map((row) => row.projectId),
    projects.map((row) => row.at),
    projects.map((row) => row.level),
    projects.map((row) => row.events),
    bodyOf(tags),
    days.map((row) => row.projectId),
    days.map((row) => row.day),
    days.map((row) => row.events),
    days.map((row) => row.bytes),
    releases.map((row) => row.projectId),
    releases.map((row) => row.at),
    releases.map((row) => row.release),
    releases.map((row) => row.events),
    projects.map((row) => row.environment),
  ]);
}

/** As tag-deltas.ts reads it. The tags were made JSON by the digest's thread. */
function bodyOf(tags: readonly EventTags[]): string {
  return `[${tags.map(({ project, issue, hash, tagsJson, minute }) => `[${project},${issue},"${hash}",${tagsJson},${minute}]`).join()}]`;
}

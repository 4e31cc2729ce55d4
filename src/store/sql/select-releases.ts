/** Session counts of a range, by release and environment, the most used first. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  with releases as (
  select release, environment,
    coalesce(sum(sessions) filter (where status = 'started'), 0)::bigint as sessions,
    coalesce(sum(sessions) filter (where status = 'errored'), 0)::bigint as errored,
    coalesce(sum(sessions) filter (where status = 'unhandled'), 0)::bigint as unhandled,
    coalesce(sum(sessions) filter (where status = 'crashed'), 0)::bigint as crashed,
    coalesce(sum(sessions) filter (where status = 'abnormal'), 0)::bigint as abnormal
  from release_sessions where project_id = $1 and hour >= $2 and hour <= $3
  group by release, environment)
  select * from releases
  where $5::bigint is null or (-sessions, release, environment) > (-$5::bigint, $6::text, $7::text)
  order by -sessions, release, environment limit $4`;

export interface ReleaseRow {
  release: string;
  environment: string;
  sessions: number;
  errored: number;
  unhandled: number;
  crashed: number;
  abnormal: number;
}

export async function selectReleases(
  db: Queryable,
  projectId: number,
  o: {
    since: number;
    until: number;
    after: Pick<ReleaseRow, 'sessions' | 'release' | 'environment'> | null;
    limit: number;
  },
): Promise<ReleaseRow[]> {
  return db.query<ReleaseRow>(STATEMENT, [
    projectId,
    new Date(o.since).toISOString(),
    new Date(o.until).toISOString(),
    o.limit,
    o.after?.sessions ?? null,
    o.after?.release ?? null,
    o.after?.environment ?? null,
  ]);
}

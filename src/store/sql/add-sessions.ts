/** Adds to the sessions of releases. In: sorted, one row a key. Rows of projects that are gone are passed over. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  insert into release_sessions as s (project_id, hour, release, environment, status, sessions)
  select t.* from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    as t (project_id, hour, release, environment, status, sessions)
  where exists (select from projects p where p.id = t.project_id)
  on conflict (project_id, hour, release, environment, status)
  do update set sessions = s.sessions + excluded.sessions`;

export interface SessionCount {
  projectId: number;
  /** ISO 8601. */
  hour: string;
  release: string;
  environment: string;
  status: string;
  quantity: number;
}

export async function addSessions(db: Queryable, rows: readonly SessionCount[]): Promise<void> {
  await db.execute(STATEMENT, [
    rows.map((r) => r.projectId),
    rows.map((r) => r.hour),
    rows.map((r) => r.release),
    rows.map((r) => r.environment),
    rows.map((r) => r.status),
    rows.map((r) => r.quantity),
  ]);
}

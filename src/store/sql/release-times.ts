/** When a project was first heard from in a release. */
import type { Queryable } from '../database.ts';

const INSERT = {
  name: 'insert_release_times',
  text: `
    insert into release_times (project_id, release, first_seen)
    select project_id, release, $3 from unnest($1::bigint[], $2::text[]) as t (project_id, release)
    on conflict do nothing returning project_id, release`,
};

const SELECT = `
  select project_id, release, first_seen from release_times
  where (project_id, release) in (select * from unnest($1::bigint[], $2::text[]))`;

const NEWEST = `
  select release from release_times where project_id = $1 order by first_seen desc, release desc limit 1`;

export interface ProjectRelease {
  projectId: number;
  release: string;
}

/** In: sorted. Resolves with those that were new. */
export async function insertReleaseTimes(
  tx: Queryable,
  releases: readonly ProjectRelease[],
  nowMs: number,
): Promise<ProjectRelease[]> {
  const rows = await tx.query<{ project_id: number; release: string }>(INSERT, [
    releases.map((one) => one.projectId),
    releases.map((one) => one.release),
    new Date(nowMs).toISOString(),
  ]);
  return rows.map((row) => ({ projectId: row.project_id, release: row.release }));
}

/** Epoch ms; unknown ones are not in the answer. */
export async function selectReleaseTimes(
  tx: Queryable,
  releases: readonly ProjectRelease[],
): Promise<(ProjectRelease & { firstSeen: number })[]> {
  const rows = await tx.query<{ project_id: number; release: string; first_seen: number }>(SELECT, [
    releases.map((one) => one.projectId),
    releases.map((one) => one.release),
  ]);
  return rows.map((row) => ({ projectId: row.project_id, release: row.release, firstSeen: row.first_seen }));
}

export async function selectNewestRelease(tx: Queryable, projectId: number): Promise<string | null> {
  const [row] = await tx.query<{ release: string }>(NEWEST, [projectId]);
  return row?.release ?? null;
}

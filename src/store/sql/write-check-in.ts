/** A check-in and its monitor. The SDK sends an id twice: in progress, and how it ended. */
import type { Queryable } from '../database.ts';

const FIND_MONITOR = 'select id from monitors where project_id = $1 and slug = $2';
/** None beyond the limit: slugs come from outside. */
const MAKE_MONITOR = `
  insert into monitors (project_id, slug, created_at)
  select $1, $2, $3 where (select count(*) from monitors where project_id = $1) < $4
  on conflict (project_id, slug) do update set slug = excluded.slug returning id`;
const LATEST = `
  select id from check_ins where monitor_id = $1 and status = 'in_progress'
  order by started_at desc, id desc limit 1`;
const WRITE = `
  insert into check_ins as c
    (project_id, id, monitor_id, status, environment, release, started_at, updated_at, duration_ms)
  values ($1, $2, $3, $4, $5, $6, $7, $7, $8)
  on conflict (project_id, id) do update set
    -- What has ended stays ended, whatever comes late.
    status = case when c.status = 'in_progress' then excluded.status else c.status end,
    updated_at = excluded.updated_at,
    duration_ms = case when c.status <> 'in_progress' then c.duration_ms
      when excluded.duration_ms is not null then excluded.duration_ms
      when excluded.status <> 'in_progress'
        then greatest(0, extract(epoch from excluded.updated_at - c.started_at) * 1000)::bigint end
  where c.monitor_id = excluded.monitor_id
  returning status`;
const TOUCH = `
  update monitors set last_status = $2, last_check_in_at = $3, config = coalesce($4::jsonb, config) where id = $1`;

export async function findMonitor(tx: Queryable, projectId: number, slug: string): Promise<number | null> {
  const [row] = await tx.query<{ id: number }>(FIND_MONITOR, [projectId, slug]);
  return row?.id ?? null;
}

/** null: the project has as many as it may. */
export async function makeMonitor(
  tx: Queryable,
  projectId: number,
  o: { slug: string; nowMs: number; limit: number },
): Promise<number | null> {
  const [row] = await tx.query<{ id: number }>(MAKE_MONITOR, [
    projectId,
    o.slug,
    new Date(o.nowMs).toISOString(),
    o.limit,
  ]);
  return row?.id ?? null;
}

export async function latestOpenCheckIn(tx: Queryable, monitorId: number): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(LATEST, [monitorId]);
  return row?.id ?? null;
}

export interface CheckInRow {
  projectId: number;
  id: string;
  monitorId: number;
  status: string;
  environment: string | null;
  release: string | null;
  /** Epoch ms. */
  at: number;
  durationMs: number | null;
  config: object | null;
}

export async function writeCheckIn(tx: Queryable, row: CheckInRow): Promise<void> {
  const at = new Date(row.at).toISOString();
  const [written] = await tx.query<{ status: string }>(WRITE, [
    row.projectId,
    row.id,
    row.monitorId,
    row.status,
    row.environment,
    row.release,
    at,
    row.durationMs,
  ]);
  if (!written) return; // The id is another monitor's.
  await tx.execute(TOUCH, [row.monitorId, written.status, at, row.config && JSON.stringify(row.config)]);
}

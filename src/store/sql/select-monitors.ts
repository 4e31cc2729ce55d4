/** Monitors of a project by slug, and a monitor's check-ins, newest first. */
import type { Json } from '../../event.ts';
import type { Queryable } from '../database.ts';

const MONITORS = `
  select slug, config, created_at, last_status, last_check_in_at from monitors where project_id = $1 order by slug`;
const CHECK_INS = `
  select c.id, c.status, c.environment, c.release, c.started_at, c.updated_at, c.duration_ms
  from check_ins c join monitors m on m.id = c.monitor_id
  where m.project_id = $1 and m.slug = $2 and ($3::timestamptz is null or (c.started_at, c.id) < ($3, $4::uuid))
  order by c.started_at desc, c.id desc limit $5`;

export interface StoredMonitor {
  slug: string;
  config: { [key: string]: Json };
  created_at: number;
  last_status: string | null;
  last_check_in_at: number | null;
}
export interface StoredCheckIn {
  id: string;
  status: string;
  environment: string | null;
  release: string | null;
  started_at: number;
  updated_at: number;
  duration_ms: number | null;
}

export async function selectMonitors(db: Queryable, projectId: number): Promise<StoredMonitor[]> {
  return db.query<StoredMonitor>(MONITORS, [projectId]);
}

export async function selectCheckIns(
  db: Queryable,
  projectId: number,
  o: { slug: string; after: { at: number; id: string } | null; limit: number },
): Promise<StoredCheckIn[]> {
  return db.query<StoredCheckIn>(CHECK_INS, [
    projectId,
    o.slug,
    o.after && new Date(o.after.at).toISOString(),
    o.after?.id ?? null,
    o.limit,
  ]);
}

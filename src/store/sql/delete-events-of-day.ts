/**
 * Removes a project's events of one day, some at a time. Rows that a merge holds are passed over: retention never waits
 * for anybody. The comparison by `ctid` is sound because `day` names one partition.
 */
import type { Queryable } from '../database.ts';

const DELETE = `
  delete from events where day = $1::date and ctid = any (array(
    select ctid from events where day = $1::date and project_id = $2 limit $3 for update skip locked))`;
const FORGET = `
  delete from event_days where day = $1::date and project_id = $2
    and not exists (select from events where day = $1::date and project_id = $2)`;
const FORGET_DAY = 'delete from event_days where day = $1::date';

export interface ProjectDayKey {
  day: string;
  projectId: number;
}

/** Resolves with how many; 0 means there are none that nobody holds. */
export async function deleteEventsOfDay(db: Queryable, key: ProjectDayKey, limit: number): Promise<number> {
  return db.execute(DELETE, [key.day, key.projectId, limit]);
}

/** Once nothing is left of it. */
export async function forgetDayOf(db: Queryable, key: ProjectDayKey): Promise<void> {
  await db.execute(FORGET, [key.day, key.projectId]);
}

/** Its partition is gone. */
export async function forgetDay(db: Queryable, day: string): Promise<void> {
  await db.execute(FORGET_DAY, [day]);
}

/** How long each project keeps its events, and what is stored by day. */
import type { Queryable } from '../database.ts';

/** null: the instance's default. */
export async function selectRetention(db: Queryable): Promise<{ id: number; days: number | null }[]> {
  return db.query(`select id, (settings ->> 'retentionDays')::int as days from projects order by id`);
}

export interface StoredDay {
  project_id: number;
  day: string;
  events: number;
  bytes: number;
}

/** Days before `day`; of all days when it is absent. */
export async function selectStoredDays(db: Queryable, day: string | null = null): Promise<StoredDay[]> {
  return db.query(
    `select project_id, day, events, bytes from event_days where $1::date is null or day < $1
     order by day, project_id`,
    [day],
  );
}

/** Adds to the outcome counters. In: sorted, one row a key. Rows of projects that are gone are passed over. */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'add_outcomes',
  text: `
    insert into outcomes as o (project_id, key_id, hour, category, outcome, reason, quantity)
    select t.* from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bigint[])
      as t (project_id, key_id, hour, category, outcome, reason, quantity)
    where exists (select from projects p where p.id = t.project_id)
    on conflict (project_id, hour, key_id, category, outcome, reason)
    do update set quantity = o.quantity + excluded.quantity`,
};

export interface OutcomeCount {
  projectId: number;
  keyId: number;
  /** ISO 8601. */
  hour: string;
  category: string;
  outcome: string;
  reason: string;
  quantity: number;
}

export async function addOutcomes(db: Queryable, rows: readonly OutcomeCount[]): Promise<void> {
  await db.execute(STATEMENT, [
    rows.map((r) => r.projectId),
    rows.map((r) => r.keyId),
    rows.map((r) => r.hour),
    rows.map((r) => r.category),
    rows.map((r) => r.outcome),
    rows.map((r) => r.reason),
    rows.map((r) => r.quantity),
  ]);
}

/** Ids for issues about to be made, ascending: known before the rows exist, so that a row is written once, complete. */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'take_issue_ids',
  text: `select nextval(pg_get_serial_sequence('issues', 'id')) as id from generate_series(1, $1::integer)`,
};

export async function takeIssueIds(tx: Queryable, count: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(STATEMENT, [count]);
  return rows.map((row) => row.id);
}

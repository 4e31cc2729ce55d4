/** Pairs of issues that people said are not the same. Each resolves with the others of the pairs that changed. */
import type { Queryable } from '../database.ts';

const OTHER = 'case when issue_id = $1 then other_id else issue_id end as other';
const INSERT = `
  insert into issue_distinctions (issue_id, other_id)
  select least($1, o), greatest($1, o) from unnest($2::bigint[]) as t (o) order by 1, 2
  on conflict do nothing returning ${OTHER}`;
const DELETE = `
  delete from issue_distinctions
  where (issue_id = $1 and other_id = any ($2::bigint[])) or (other_id = $1 and issue_id = any ($2::bigint[]))
  returning ${OTHER}`;

export async function insertDistinctions(
  tx: Queryable,
  issueId: number,
  others: readonly number[],
): Promise<number[]> {
  return (await tx.query<{ other: number }>(INSERT, [issueId, others])).map((row) => row.other);
}

export async function deleteDistinctions(
  tx: Queryable,
  issueId: number,
  others: readonly number[],
): Promise<number[]> {
  return (await tx.query<{ other: number }>(DELETE, [issueId, others])).map((row) => row.other);
}

/** Who met which issue. In: sorted pairs. Out: for each issue how many of them are new to it. */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'insert_issue_users',
  text: `
    with added as (
      insert into issue_users (issue_id, user_hash)
      select * from unnest($1::bigint[], $2::bigint[])
      on conflict do nothing
      returning issue_id
    )
    select issue_id, count(*) as users from added group by issue_id`,
};

export async function insertIssueUsers(
  tx: Queryable,
  pairs: readonly { issueId: number; userHash: bigint }[],
): Promise<Map<number, number>> {
  const rows = await tx.query<{ issue_id: number; users: number }>(STATEMENT, [
    pairs.map((pair) => pair.issueId),
    pairs.map((pair) => String(pair.userHash)),
  ]);
  return new Map(rows.map((row) => [row.issue_id, row.users]));
}

/** Locks issues in id order until commit and reads them as they are then. Ids that are gone are not in the answer. */
import type { Queryable } from '../database.ts';
import { ISSUE_COLUMNS, type IssueRow } from '../issue-state.ts';

/** No transaction looks up an owner and locks it longer than this afterwards. */
const STATEMENT = {
  name: 'lock_issues',
  text: `
    select ${ISSUE_COLUMNS}, coalesce(i.unmerged_at > now() - interval '10 minutes', false) as lately_unmerged
    from issues i where i.id = any ($1::bigint[]) order by i.id for no key update`,
};

/** `lately_unmerged`: hashes may have left it since they were looked up. */
export type LockedIssue = IssueRow & { lately_unmerged: boolean };

export async function lockIssues(tx: Queryable, ids: readonly (number | string)[]): Promise<LockedIssue[]> {
  return tx.query<LockedIssue>(STATEMENT, [ids]);
}

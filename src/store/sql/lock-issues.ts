/** Locks issues in id order until commit and reads them as they are then. Ids that are gone are not in the answer. */
import type { Queryable } from '../database.ts';
import { ISSUE_COLUMNS, type IssueRow } from '../issue-state.ts';

const STATEMENT = {
  name: 'lock_issues',
  text: `select ${ISSUE_COLUMNS} from issues i where i.id = any ($1::bigint[]) order by i.id for no key update`,
};

export async function lockIssues(tx: Queryable, ids: readonly (number | string)[]): Promise<IssueRow[]> {
  return tx.query<IssueRow>(STATEMENT, [ids]);
}

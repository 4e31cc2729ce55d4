/** One issue. */
import type { Queryable } from '../database.ts';
import { ISSUE_COLUMNS, type IssueRow } from '../issue-state.ts';

const STATEMENT = `select ${ISSUE_COLUMNS} from issues i where i.id = $1`;

export async function selectIssue(db: Queryable, id: string): Promise<IssueRow | null> {
  const [row] = await db.query<IssueRow>(STATEMENT, [id]);
  return row ?? null;
}

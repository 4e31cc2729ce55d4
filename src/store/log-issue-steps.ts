/** The log entries of a transaction that changes issues other than by events: one a step, in the order given. */
import type { Change, IssueAction } from '../protocol/change.ts';
import { appendLog, emptyDraft, moveUnresolved, type ProjectDraft } from './append-log.ts';
import type { Transaction } from './database.ts';
import { issueData, issueMatch, issueStats, type IssueRow } from './issue-state.ts';
import { readEpoch } from './sql/read-epoch.ts';

/** `before` null: it did not exist; `after` null: it does not any more. */
export interface Step {
  action: IssueAction;
  before: IssueRow | null;
  after: IssueRow | null;
}

export async function logIssueSteps(
  tx: Transaction,
  steps: readonly Step[],
  by: string | null,
  nowMs: number,
): Promise<Change[]> {
  const drafts = new Map<number, ProjectDraft>();
  for (const { action, before, after } of steps) {
    const shown = after ?? before;
    if (!shown) continue;
    const draft = drafts.get(shown.project_id) ?? emptyDraft(shown.project_id);
    drafts.set(shown.project_id, draft);
    moveUnresolved(draft, before, after);
    if (after) draft.stats.push(issueStats(after));
    draft.entries.push({
      kind: 'issue',
      ts: nowMs,
      issueId: String(shown.id),
      action,
      rev: after?.rev ?? shown.rev + 1,
      by,
      data: issueData(shown),
      before: before && issueMatch(before),
      after: after && issueMatch(after),
    });
  }
  return appendLog(tx, { epoch: await readEpoch(tx), nowMs, drafts: [...drafts.values()] });
}

/** A person says that issues which look alike are not the same, or takes it back. Each issue of a pair gets to know. */
import type { Change } from '../protocol/change.ts';
import type { Transaction } from './database.ts';
import { isIssueId } from './issues.ts';
import { logIssueSteps, type Step } from './log-issue-steps.ts';
import { deleteDistinctions, insertDistinctions } from './sql/issue-distinctions.ts';
import { insertActivity } from './sql/insert-activity.ts';
import { lockIssues } from './sql/lock-issues.ts';
import { updateIssueFields } from './sql/update-issue-fields.ts';

/** `affected`: pairs. Ids of other projects, and what was said before, are passed over. */
export async function tellApart(
  tx: Transaction,
  o: {
    issueId: string;
    otherIds: readonly string[];
    apart: boolean;
    by: string | null;
    nowMs: number;
  },
): Promise<{ affected: number; changes: Change[] }> {
  const rows = await lockIssues(tx, [...new Set([o.issueId, ...o.otherIds])].filter(isIssueId));
  const own = rows.find((row) => String(row.id) === o.issueId);
  const others = rows.filter((row) => row !== own && row.project_id === own?.project_id);
  if (!own || others.length === 0) return { affected: 0, changes: [] };
  const change = o.apart ? insertDistinctions : deleteDistinctions;
  const told = new Set(
    await change(
      tx,
      own.id,
      others.map((row) => row.id),
    ),
  );
  if (told.size === 0) return { affected: 0, changes: [] };
  const concerned = rows.filter((row) => row === own || told.has(row.id));
  const steps = concerned.map((before) => ({
    action: 'updated' as const,
    before,
    after: { ...before, rev: before.rev + 1 },
  })) satisfies Step[];
  await updateIssueFields(
    tx,
    steps.map((step) => step.after),
    o.nowMs,
  );
  await insertActivity(
    tx,
    concerned.map((row) => ({
      projectId: row.project_id,
      issueId: row.id,
      kind: o.apart ? 'told_apart' : 'told_apart_undone',
      by: o.by,
      at: o.nowMs,
      data: { issues: row === own ? [...told].join(' ') : o.issueId },
    })),
  );
  return { affected: told.size, changes: await logIssueSteps(tx, steps, o.by, o.nowMs) };
}

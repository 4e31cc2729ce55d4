/** What a person asked for, as it is for this issue at this moment: "10 more events" becomes a counter's mark. */
import type { Transaction } from './database.ts';
import type { ConditionRequest, IssueCondition } from './issue-condition.ts';
import type { IssueRow } from './issue-state.ts';
import { selectNewestRelease } from './sql/release-times.ts';
import { selectIssueHours } from './sql/select-issue-hours.ts';

const HOUR_MS = 3_600_000;

export async function fixCondition(
  tx: Transaction,
  row: IssueRow,
  asked: ConditionRequest,
  nowMs: number,
): Promise<IssueCondition> {
  switch (asked.kind) {
    case 'in_release':
    case 'date':
      return asked;
    case 'next_release':
      return { kind: 'next_release', after: await selectNewestRelease(tx, row.project_id), at: nowMs };
    case 'events':
      return { kind: 'events', until: row.event_count + asked.count };
    case 'users':
      return { kind: 'users', until: row.user_count + asked.count };
    case 'escalating': {
      const hour = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
      const [now] = await selectIssueHours(tx, String(row.id), hour, hour + HOUR_MS);
      return { kind: 'escalating', hour, seen: now?.events ?? 0 };
    }
    default:
      return asked satisfies never;
  }
}

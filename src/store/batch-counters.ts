/** What a batch adds to the counters beside the issues: users an issue has not met, events by hour. */
import { hash as digest } from 'node:crypto';
import { compareText } from './compare-text.ts';
import type { Queryable } from './database.ts';
import { levelNumber } from './issue-state.ts';
import { countHours, type IssueHour, type ProjectHour } from './sql/count-hours.ts';
import type { OwnedEvent } from './sql/insert-events.ts';
import { insertIssueUsers } from './sql/insert-issue-users.ts';

/** For each issue how many users it has not seen before. */
export async function countNewUsers(
  tx: Queryable,
  rows: readonly OwnedEvent[],
): Promise<ReadonlyMap<number, number>> {
  const pairs = new Map<string, { issueId: number; userHash: bigint }>();
  for (const { event, issueId } of rows) {
    const { userIdent } = event;
    if (userIdent === null) continue;
    const userHash = digest('sha256', userIdent, 'buffer').readBigInt64BE();
    pairs.set(`${issueId}:${userHash}`, { issueId, userHash });
  }
  if (pairs.size === 0) return new Map();
  const sorted = [...pairs.values()].sort(
    (a, b) => a.issueId - b.issueId || (a.userHash < b.userHash ? -1 : a.userHash > b.userHash ? 1 : 0),
  );
  return insertIssueUsers(tx, sorted);
}

/** Events by the hour they happened, for issues and for projects, each sorted by key. */
export async function countByHour(tx: Queryable, rows: readonly OwnedEvent[]): Promise<void> {
  const issues = new Map<string, IssueHour>();
  const projects = new Map<string, ProjectHour>();
  for (const { event, issueId } of rows) {
    const hour = new Date(Math.floor(event.occurredAt / 3_600_000) * 3_600_000).toISOString();
    const level = levelNumber(event.level);
    const { projectId } = event;
    bump(issues, `${issueId}:${hour}`, { issueId, hour, events: 0 });
    bump(projects, `${projectId}:${hour}:${level}`, { projectId, hour, level, events: 0 });
  }
  await countHours(
    tx,
    [...issues.values()].sort((a, b) => a.issueId - b.issueId || compareText(a.hour, b.hour)),
    [...projects.values()].sort(
      (a, b) => a.projectId - b.projectId || compareText(a.hour, b.hour) || a.level - b.level,
    ),
  );
}

function bump<Row extends { events: number }>(rows: Map<string, Row>, key: string, empty: Row): void {
  const row = rows.get(key);
  if (row) row.events++;
  else rows.set(key, { ...empty, events: 1 });
}

/** What a batch adds to the counters beside the issues: users an issue has not met, events by time, tags. */
import { createBoundedNames } from './bounded-names.ts';
import { compareText } from './compare-text.ts';
import type { Queryable } from './database.ts';
import { levelNumber } from './issue-state.ts';
import { dayOf } from './partitions.ts';
import {
  countBatch,
  type IssueHour,
  type ProjectDay,
  type ProjectCount,
  type ReleaseCount,
} from './sql/count-batch.ts';
import type { OwnedEvent } from './sql/insert-events.ts';
import { insertIssueUsers } from './sql/insert-issue-users.ts';
import { userHash } from './user-hash.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const environments = createBoundedNames(50);
const releaseNames = createBoundedNames(200);

function startOf(ms: number, stepMs: number): string {
  return new Date(ms - (((ms % stepMs) + stepMs) % stepMs)).toISOString();
}

/** For each issue how many users it has not seen before. */
export async function countNewUsers(
  tx: Queryable,
  rows: readonly Pick<OwnedEvent, 'event' | 'issueId'>[],
): Promise<ReadonlyMap<number, number>> {
  const pairs = new Map<string, { issueId: number; userHash: bigint }>();
  for (const { event, issueId } of rows) {
    const { userIdent } = event;
    if (userIdent === null) continue;
    const hash = userHash(userIdent);
    pairs.set(`${issueId}:${hash}`, { issueId, userHash: hash });
  }
  if (pairs.size === 0) return new Map();
  const sorted = [...pairs.values()].sort(
    (a, b) => a.issueId - b.issueId || (a.userHash < b.userHash ? -1 : a.userHash > b.userHash ? 1 : 0),
  );
  return insertIssueUsers(tx, sorted);
}

/**
 * Events by the time they happened, for issues, projects and releases, `kept` ones by the day whose partition holds them, each
 * sorted by key; and the tags they have.
 */
export async function countTimesAndTags(
  tx: Queryable,
  rows: readonly OwnedEvent[],
  kept: readonly OwnedEvent[],
): Promise<void> {
  const issues = new Map<string, IssueHour>();
  const projects = new Map<string, ProjectCount>();
  const releases = new Map<string, ReleaseCount>();
  const days = new Map<string, ProjectDay>();
  for (const { event, issueId } of rows) {
    const { projectId, occurredAt } = event;
    const hour = startOf(occurredAt, HOUR_MS);
    bump(issues, `${issueId}:${hour}`, { issueId, hour, events: 0 });
    const day = Math.floor(occurredAt / DAY_MS);
    const level = levelNumber(event.level);
    const minute = startOf(occurredAt, MINUTE_MS);
    const environment = event.environment === null ? '' : environments.of(projectId, day, event.environment);
    const count: ProjectCount = { projectId, at: minute, level, environment, events: 0 };
    bump(projects, `${projectId}:${minute}:${level}:${environment}`, count);
    if (event.release === null) continue;
    const quarter = startOf(occurredAt, QUARTER_MS);
    const release = releaseNames.of(projectId, day, event.release);
    bump(releases, `${projectId}:${quarter}:${release}`, { projectId, at: quarter, release, events: 0 });
  }
  for (const { event } of kept) {
    const { projectId } = event;
    const day = dayOf(event.receivedAt);
    bump(days, `${projectId}:${day}`, { projectId, day, events: 0, bytes: 0 }).bytes += event.payload.length;
  }
  await countBatch(tx, {
    issues: [...issues.values()].sort((a, b) => a.issueId - b.issueId || compareText(a.hour, b.hour)),
    projects: [...projects.values()].sort(
      (a, b) =>
        a.projectId - b.projectId ||
        compareText(a.at, b.at) ||
        a.level - b.level ||
        compareText(a.environment, b.environment),
    ),
    releases: [...releases.values()].sort(
      (a, b) => a.projectId - b.projectId || compareText(a.at, b.at) || compareText(a.release, b.release),
    ),
    days: [...days.values()].sort((a, b) => a.projectId - b.projectId || compareText(a.day, b.day)),
    // By the event's first hash, which takes them along when it moves.
    tags: rows.map(({ event, issueId }) => ({
      project: event.projectId,
      issue: issueId,
      hash: event.hashes[0] ?? '',
      tagsJson: event.tagsJson,
      minute: Math.floor(event.occurredAt / MINUTE_MS),
    })),
  });
}

function bump<Row extends { events: number }>(rows: Map<string, Row>, key: string, empty: Row): Row {
  const row = rows.get(key) ?? empty;
  row.events++;
  rows.set(key, row);
  return row;
}

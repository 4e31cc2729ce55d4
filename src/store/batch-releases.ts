/**
 * Releases of a batch: noted once per project, and put in order where a resolved issue waits for one. Most batches bring
 * only releases this process has seen committed, and cost nothing.
 */
import { Lru } from '../lib/lru.ts';
import { compareText } from './compare-text.ts';
import type { Queryable } from './database.ts';
import type { IssueRow } from './issue-state.ts';
import type { FirstSeen } from './issue-condition.ts';
import type { NewEvent } from './new-event.ts';
import { insertReleaseTimes, selectReleaseTimes, type ProjectRelease } from './sql/release-times.ts';

const keyOf = ({ projectId, release }: ProjectRelease): string => `${projectId}:${release}`;

/** Committed for certain, by database: they were there when we tried to add them. */
const noted = new WeakMap<object, Lru<string, true>>();

export async function noteReleases(
  tx: Queryable,
  database: object,
  events: readonly NewEvent[],
  nowMs: number,
): Promise<void> {
  let known = noted.get(database);
  if (!known) noted.set(database, (known = new Lru(10_000)));
  const fresh = new Map<string, ProjectRelease>();
  for (const { projectId, release } of events) {
    if (release === null) continue;
    const key = keyOf({ projectId, release });
    if (known.get(key) === undefined) fresh.set(key, { projectId, release });
  }
  if (fresh.size === 0) return;
  const sorted = [...fresh.values()].sort(
    (a, b) => a.projectId - b.projectId || compareText(a.release, b.release),
  );
  for (const added of await insertReleaseTimes(tx, sorted, nowMs)) fresh.delete(keyOf(added));
  for (const key of fresh.keys()) known.set(key, true);
}

const UNKNOWN: FirstSeen = () => undefined;

/** When the releases of these events and of what their issues wait for were first seen; for an issue's project. */
export async function releaseOrder(
  tx: Queryable,
  issues: readonly { row: IssueRow; events: readonly NewEvent[] }[],
): Promise<(projectId: number) => FirstSeen> {
  const wanted = new Map<string, ProjectRelease>();
  for (const { row, events } of issues) {
    const projectId = row.project_id;
    if (row.status !== 1 || row.condition === null) continue;
    const after =
      row.condition.kind === 'in_release'
        ? row.condition.release
        : row.condition.kind === 'next_release'
          ? row.condition.after
          : null;
    for (const release of [after, ...events.map((event) => event.release)]) {
      if (release !== null) wanted.set(keyOf({ projectId, release }), { projectId, release });
    }
  }
  if (wanted.size === 0) return () => UNKNOWN;
  const found = await selectReleaseTimes(tx, [...wanted.values()]);
  const times = new Map(found.map((one) => [keyOf(one), one.firstSeen]));
  return (projectId) => (release) => times.get(keyOf({ projectId, release }));
}

/**
 * What ends the state a person put an issue in: a resolved issue may be resolved as of a release, an archived one until
 * something happens. null is "at the next event" for resolved issues and "never" for archived ones. Pure.
 */
import { compareReleases } from './release-order.ts';

export type IssueCondition =
  /** Resolved: fixed in this release. */
  | { kind: 'in_release'; release: string }
  /** Resolved: fixed in whatever comes after this one; null: after `at`, when no release was known. Epoch ms. */
  | { kind: 'next_release'; after: string | null; at: number }
  /** Archived until there are many more events than usual. `seen`: those of the hour (epoch ms) in which it was archived. */
  | { kind: 'escalating'; hour: number; seen: number }
  /** Archived until the issue's counter stands at `until`. */
  | { kind: 'events' | 'users'; until: number }
  /** Epoch ms. */
  | { kind: 'date'; until: number };

/** What a person may ask for; what it means for an issue is fixed when the command runs. */
export type ConditionRequest =
  | { kind: 'in_release'; release: string }
  | { kind: 'next_release' }
  | { kind: 'escalating' }
  | { kind: 'events' | 'users'; count: number }
  | { kind: 'date'; until: number };

export type FirstSeen = (release: string) => number | undefined;

/** Whether an event brings a resolved issue back. */
export function regresses(
  condition: IssueCondition | null,
  release: string | null,
  firstSeen: FirstSeen,
): boolean {
  if (condition?.kind !== 'in_release' && condition?.kind !== 'next_release') return true;
  // From a program that does not say its release: it may well be an old one.
  if (release === null) return false;
  if (condition.kind === 'in_release') return compareReleases(release, condition.release, firstSeen) >= 0;
  if (condition.after === null) return (firstSeen(release) ?? Number.MAX_SAFE_INTEGER) >= condition.at;
  return compareReleases(release, condition.after, firstSeen) > 0;
}

/** Whether an archived issue, as counted now, comes back. A volume spike is the timers' business. */
export function archiveEnds(
  condition: IssueCondition | null,
  counted: { event_count: number; user_count: number },
  nowMs: number,
): boolean {
  switch (condition?.kind) {
    case 'events':
      return counted.event_count >= condition.until;
    case 'users':
      return counted.user_count >= condition.until;
    case 'date':
      return nowMs >= condition.until;
    default:
      return false;
  }
}

const HOUR_MS = 3_600_000;
const WINDOW_HOURS = 168;
const LEAST = 10;

/**
 * More events in an hour than this is a spike: twice the 95th percentile of the last 168 hours; while the issue is not a
 * day old, six times the mean; at least 10. `before`: events by hour start (epoch ms), of the hours before `hour`.
 */
export function escalationThreshold(
  before: ReadonlyMap<number, number>,
  hour: number,
  firstSeenMs: number,
): number {
  const firstHour = Math.floor(firstSeenMs / HOUR_MS) * HOUR_MS;
  const hours = Math.min(WINDOW_HOURS, Math.max(1, (hour - firstHour) / HOUR_MS));
  const counts = Array.from({ length: hours }, (_, i) => before.get(hour - (i + 1) * HOUR_MS) ?? 0);
  if (hours < 24) {
    const mean = counts.reduce((sum, count) => sum + count, 0) / hours;
    return Math.max(LEAST, 6 * mean);
  }
  counts.sort((a, b) => a - b);
  return Math.max(LEAST, 2 * (counts[Math.ceil(counts.length * 0.95) - 1] ?? 0));
}

/** Counters of issues that have just been put on a watch list, read at once: their next change may be days away. */
import type { IssueStats } from '../protocol/change.ts';
import type { Subscription } from './subscription.ts';

export type ReadIssueStats = (projectId: number, issueIds: readonly string[]) => Promise<IssueStats[]>;

/** `known`: what was watched before, or has been sent by a snapshot. */
export async function tellNewlyWatched(
  readIssueStats: ReadIssueStats,
  subscription: Subscription,
  watch: readonly string[],
  known: ReadonlySet<string>,
): Promise<void> {
  const ids = watch.filter((id) => !known.has(id));
  if (ids.length === 0 || subscription.filterClass.spec.mode === 0) return;
  subscription.tellStatsOf(await readIssueStats(subscription.feed.projectId, ids));
}

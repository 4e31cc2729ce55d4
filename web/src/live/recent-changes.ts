/**
 * The issue changes of the last half minute. An answer of the REST API may be older than what came live while it
 * was on its way: what came is applied to it again (`rev` makes that harmless), so that nothing is lost between.
 */
import type { IssueMessage } from './messages.ts';

const KEPT_MS = 30_000;
const MAX_KEPT = 500;

export interface RecentChanges {
  readonly add: (messages: readonly IssueMessage[]) => void;
  /** In the order they came. */
  readonly all: () => readonly IssueMessage[];
}

export function recentChanges(now: () => number = Date.now): RecentChanges {
  let kept: { at: number; message: IssueMessage }[] = [];
  return {
    add(messages) {
      const at = now();
      kept = [...kept, ...messages.map((message) => ({ at, message }))]
        .filter((entry) => at - entry.at <= KEPT_MS)
        .slice(-MAX_KEPT);
    },
    all: () => kept.filter((entry) => now() - entry.at <= KEPT_MS).map((entry) => entry.message),
  };
}

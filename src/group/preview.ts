/**
 * What would group differently: compares a partition of events as it is with one under other rules or another version.
 * An event belongs to the first group that owns one of its hashes, as when it is stored. Pure.
 */

export interface PreviewedEvent {
  readonly issueId: string;
  readonly issueTitle: string;
  /** Under the rules as they are. */
  readonly hashes: readonly string[];
  /** Under those to try, and the title they give. */
  readonly newHashes: readonly string[];
  readonly newTitle: string;
}

interface CountedIssue {
  id: string;
  title: string;
  events: number;
}

export interface Regrouping {
  split: { issue: CountedIssue; into: { title: string; events: number }[] }[];
  merge: { issues: CountedIssue[]; title: string }[];
}

/** `events`: oldest first. */
export function compareGrouping(events: readonly PreviewedEvent[]): Regrouping {
  const now = partition(events.map((event) => event.hashes));
  const later = partition(events.map((event) => event.newHashes));
  const rows = events.map((event, i) => ({ event, now: now[i] ?? 0, later: later[i] ?? 0 }));
  const counts = new Map<string, CountedIssue>();
  for (const { event } of rows) {
    const known = counts.get(event.issueId);
    if (known) known.events++;
    else counts.set(event.issueId, { id: event.issueId, title: event.issueTitle, events: 1 });
  }
  const counted = (id: string): CountedIssue => counts.get(id) ?? { id, title: '', events: 0 };

  const split: Regrouping['split'] = [];
  for (const [id, own] of Map.groupBy(rows, ({ event }) => event.issueId)) {
    // What people merged is in several groups today as well: that alone is no split.
    const torn = [...Map.groupBy(own, (row) => row.now).values()].some(
      (same) => new Set(same.map((row) => row.later)).size > 1,
    );
    if (!torn) continue;
    const into = [...Map.groupBy(own, (row) => row.later).values()]
      .map((part) => ({ title: part.at(-1)?.event.newTitle ?? '', events: part.length }))
      .sort((a, b) => b.events - a.events);
    split.push({ issue: counted(id), into });
  }
  const merge: Regrouping['merge'] = [];
  for (const together of Map.groupBy(rows, (row) => row.later).values()) {
    const ids = [...new Set(together.map(({ event }) => event.issueId))];
    // Two issues with one hash today were separated by hand, or by the order they came in.
    if (ids.length < 2 || new Set(together.map((row) => row.now)).size < 2) continue;
    merge.push({
      issues: ids.map(counted).sort((a, b) => b.events - a.events),
      title: together.at(-1)?.event.newTitle ?? '',
    });
  }
  return { split, merge };
}

/** A number for each list of hashes; equal numbers: one group. */
function partition(lists: readonly (readonly string[])[]): number[] {
  const owners = new Map<string, number>();
  let next = 0;
  return lists.map((hashes) => {
    const owned = hashes.find((hash) => owners.has(hash));
    const group = (owned === undefined ? undefined : owners.get(owned)) ?? next++;
    for (const hash of hashes) if (!owners.has(hash)) owners.set(hash, group);
    return group;
  });
}

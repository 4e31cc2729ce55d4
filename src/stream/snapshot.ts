/** What a view shows before anything changes: issues and newest events as of a head, in messages of a bounded size. */
import { formatCursor, type SnapshotMessage } from '../protocol/down.ts';
import { compileIssueFilter } from '../protocol/filter-evaluate.ts';
import type { Filter } from '../protocol/filter.ts';
import type { Issue } from '../protocol/rest.ts';
import type { Logged } from './entry-frame.ts';
import type { FilterClass } from './filter-class.ts';
import { READ_CHUNK, type ProjectFeed } from './project-feed.ts';
import type { Session } from './session.ts';

const PART_BYTES = 48 * 1024;

interface SnapshotDeps {
  listSnapshotIssues: (projectId: number, filter: Filter, limit: number) => Promise<Issue[]>;
}

/** Answers the ids of the issues it sent: their counters are followed. */
export async function sendSnapshot(
  deps: SnapshotDeps,
  session: Session,
  feed: ProjectFeed,
  filterClass: FilterClass,
  sizes: { issues: number; events: number },
  head: number,
  now: number,
): Promise<string[]> {
  const { filter, scope } = filterClass.spec;
  const issues =
    sizes.issues === 0 || scope === 'events'
      ? []
      : (await deps.listSnapshotIssues(feed.projectId, filter, sizes.issues)).filter(issueTest(filter, now));
  const events =
    sizes.events === 0 || scope === 'issues' ? [] : await newestEvents(feed, filterClass, sizes.events, head);
  const message: SnapshotMessage = {
    type: 'snapshot',
    project_id: String(feed.projectId),
    f: filterClass.f,
    as_of: formatCursor({ epoch: feed.epoch, seq: head }),
    issues: [],
    events: [],
    issue_count: feed.gauge.count,
    last: false,
  };
  let bytes = 0;
  let part = { ...message };
  const full = (item: unknown): void => {
    bytes += JSON.stringify(item).length;
    if (bytes < PART_BYTES) return;
    session.tell(part);
    part = { ...message, issues: [], events: [] };
    bytes = 0;
  };
  for (const issue of issues) {
    part.issues = [...part.issues, issue];
    full(issue);
  }
  for (const event of events) {
    part.events = [...part.events, event];
    full(event);
  }
  session.tell({ ...part, last: true });
  return issues.map((issue) => issue.id);
}

function issueTest(filter: Filter, now: number): (issue: Issue) => boolean {
  const test = compileIssueFilter(filter);
  return (issue) =>
    test(
      {
        issueId: issue.id,
        match: {
          status: issue.status,
          level: issue.level,
          priority: issue.priority,
          platform: issue.platform,
          assigned_to: issue.assigned_to,
          first_seen: Date.parse(issue.first_seen),
          last_seen: Date.parse(issue.last_seen),
          times_seen: issue.event_count,
          users: issue.user_count,
          release: issue.last_release,
          text: `${issue.title}\n${issue.culprit}`,
        },
      },
      now,
    );
}

/** Of the last READ_CHUNK entries of the log, newest last: a page of older events is what REST is for. */
async function newestEvents(
  feed: ProjectFeed,
  filterClass: FilterClass,
  limit: number,
  head: number,
): Promise<SnapshotMessage['events']> {
  const entries: Logged[] = [];
  // A read may end early, at the border of a block.
  for (let at = Math.max(0, Math.max(head - READ_CHUNK, feed.oldest - 1)); at < head;) {
    const read = await feed.read(at, READ_CHUNK);
    const last = read.at(-1);
    if (last === undefined) break;
    entries.push(...read);
    at = last.entry.seq;
  }
  const events: SnapshotMessage['events'] = [];
  for (const logged of entries) {
    const { entry } = logged;
    if (entry.kind !== 'event' || entry.seq > head || filterClass.frameOf(logged)?.kind !== 'event') continue;
    events.push({ issue_id: entry.issueId, seq: entry.seq, ts: entry.ts, data: entry.data });
  }
  return events.slice(-limit);
}

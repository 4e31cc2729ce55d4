/** Projects' logs in arrays: commits entries, publishes changes, answers reads. Stands in for store and publish. */
import type { Level } from '../../src/event.ts';
import type {
  Change,
  EventEntry,
  EventMatch,
  IssueAction,
  IssueData,
  IssueEntry,
  IssueMatch,
  LogEntry,
  LogHead,
} from '../../src/protocol/change.ts';
import { createMemoryBus } from '../../src/publish/memory-bus.ts';

export type NewEntry = Omit<EventEntry, 'seq'> | Omit<IssueEntry, 'seq'>;

export interface FakeLog {
  epoch: string;
  /** All of them errors. */
  unresolved: number;
  readonly reads: { count: number };
  /** The database does not answer. */
  failing: boolean;
  /** Set to lose, delay or reorder changes on their way to the stream. */
  deliver: (change: Change) => void;
  commit(projectId: number, entries: NewEntry[]): Change;
  entries(projectId: number): LogEntry[];
  forget(projectId: number, throughSeq: number): void;
  readLog: (projectId: number, after: number, limit: number) => Promise<LogEntry[]>;
  readHead: (projectId: number) => Promise<LogHead | null>;
  subscribeBus: (projectId: number, onChange: (change: Change) => void) => () => void;
}

export function createFakeLog(): FakeLog {
  const bus = createMemoryBus();
  const logs = new Map<number, { entries: LogEntry[]; first: number }>();
  const of = (projectId: number) => {
    const log = logs.get(projectId) ?? { entries: [], first: 1 };
    logs.set(projectId, log);
    return log;
  };
  const fake: FakeLog = {
    epoch: 'aaaaaa',
    unresolved: 0,
    reads: { count: 0 },
    failing: false,
    deliver: (change) => bus.publish([change]),
    commit(projectId, entries) {
      const log = of(projectId);
      const added = entries.map((entry, i): LogEntry => {
        const seq = log.first + log.entries.length + i;
        return entry.kind === 'event' ? { ...entry, seq } : { ...entry, seq };
      });
      log.entries.push(...added);
      const head = log.first + log.entries.length - 1;
      const change: Change = {
        projectId,
        epoch: fake.epoch,
        entries: added,
        head,
        unresolved: fake.unresolved,
        unresolvedByLevel: [0, 0, 0, fake.unresolved, 0],
        stats: added.map((entry) => ({
          issue_id: entry.issueId,
          rev: entry.kind === 'issue' ? entry.rev : 1,
          events: entry.seq,
          users: 0,
          last_seen: iso(entry.ts),
        })),
      };
      fake.deliver(change);
      return change;
    },
    entries: (projectId) => of(projectId).entries,
    forget(projectId, throughSeq) {
      const log = of(projectId);
      log.entries = log.entries.filter((entry) => entry.seq > throughSeq);
      log.first = throughSeq + 1;
    },
    async readLog(projectId, after, limit) {
      fake.reads.count++;
      await Promise.resolve();
      if (fake.failing) throw new Error('no answer');
      const log = of(projectId);
      return log.entries.filter((entry) => entry.seq > after).slice(0, limit);
    },
    async readHead(projectId) {
      await Promise.resolve();
      if (fake.failing) throw new Error('no answer');
      const log = of(projectId);
      const head = log.first + log.entries.length - 1;
      return {
        epoch: fake.epoch,
        head,
        oldest: log.first,
        unresolved: fake.unresolved,
        unresolvedByLevel: [0, 0, 0, fake.unresolved, 0],
      };
    },
    subscribeBus: (projectId, onChange) => bus.subscribe(projectId, onChange),
  };
  return fake;
}

const TS = Date.parse('2026-01-02T03:04:05.678Z');

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export interface EventSpec {
  id?: string;
  issueId?: string;
  level?: Level;
  title?: string;
  environment?: string | null;
  release?: string | null;
  tags?: { [key: string]: string };
  match?: Partial<EventMatch>;
}

export function fakeEvent(spec: EventSpec = {}): Omit<EventEntry, 'seq'> {
  return {
    kind: 'event',
    ts: TS,
    issueId: spec.issueId ?? '7',
    data: {
      id: spec.id ?? '0123456789abcdef0123456789abcdef',
      level: spec.level ?? 'error',
      title: spec.title ?? 'TypeError: x is undefined',
      culprit: 'app/main in run',
      environment: spec.environment === undefined ? 'production' : spec.environment,
      release: spec.release ?? null,
      platform: 'node',
      tags: spec.tags ?? { browser: 'Chrome' },
      user: null,
      timestamp: iso(TS),
    },
    match: {
      dist: null,
      logger: null,
      transaction: null,
      server_name: null,
      fingerprint: null,
      sdk: 'sentry.javascript.node',
      handled: null,
      is_new: false,
      is_regression: false,
      text: 'x is undefined',
      ...spec.match,
    },
  };
}

export function fakeIssueMatch(spec: Partial<IssueMatch> = {}): IssueMatch {
  return {
    status: 'unresolved',
    level: 'error',
    priority: 'medium',
    platform: 'node',
    assigned_to: null,
    first_seen: TS,
    last_seen: TS,
    times_seen: 1,
    users: 0,
    release: null,
    text: 'TypeError: x is undefined',
    ...spec,
  };
}

export function fakeIssue(spec: {
  issueId?: string;
  action?: IssueAction;
  rev?: number;
  before?: IssueMatch | null;
  after?: IssueMatch | null;
  data?: Partial<IssueData>;
}): Omit<IssueEntry, 'seq'> {
  const after = spec.after === undefined ? fakeIssueMatch() : spec.after;
  const shown = after ?? spec.before ?? fakeIssueMatch();
  return {
    kind: 'issue',
    ts: TS,
    issueId: spec.issueId ?? '7',
    action: spec.action ?? 'new',
    rev: spec.rev ?? 1,
    by: null,
    data: {
      id: spec.issueId ?? '7',
      title: 'TypeError: x is undefined',
      culprit: 'app/main in run',
      level: shown.level,
      status: shown.status,
      priority: shown.priority,
      platform: 'node',
      event_count: shown.times_seen,
      user_count: shown.users,
      first_seen: iso(shown.first_seen),
      last_seen: iso(shown.last_seen),
      first_release: null,
      last_release: shown.release,
      assigned_to: shown.assigned_to,
      ...spec.data,
    },
    before: spec.before ?? null,
    after,
  };
}

/**
 * What a viewer must have been told, from the log alone: filters are plain functions written here, nothing of the
 * stream's own code decides. In: the whole log, and the raw messages of each connection. Out: what is wrong.
 */
import type { DownMessage, EventMessage, IssueMessage } from '../../src/protocol/down.ts';

export interface OracleEntry {
  seq: number;
  kind: 'event' | 'issue';
  issueId: string;
  level: string;
  environment: string | null;
  title: string;
  tags: Readonly<Record<string, string>>;
  /** Of an issue, after and before the change; null: it does not exist. */
  status: string | null;
  statusBefore: string | null;
}

/** `left`: it matched before this change and does not any more. */
export type Verdict = 'yes' | 'left' | 'no';

export interface OracleFilter {
  name: string;
  filters: Record<string, unknown>;
  scope: 'all' | 'events' | 'issues';
  test(entry: OracleEntry): Verdict;
}

const when = (holds: boolean): Verdict => (holds ? 'yes' : 'no');
const isEvent = (entry: OracleEntry): boolean => entry.kind === 'event';

/** Each event of the test keeps title and level together, so an issue never changes its level. */
export const ORACLE_FILTERS: readonly OracleFilter[] = [
  { name: 'everything', filters: {}, scope: 'all', test: () => 'yes' },
  {
    name: 'levels',
    filters: { level: ['error', 'fatal'] },
    scope: 'all',
    test: (entry) => when(entry.level === 'error' || entry.level === 'fatal'),
  },
  {
    name: 'environment, which issues do not have',
    filters: { environment: 'production' },
    scope: 'all',
    test: (entry) => when(!isEvent(entry) || entry.environment === 'production'),
  },
  {
    name: 'a tag',
    filters: { tags: { team: 'a' } },
    scope: 'events',
    test: (entry) => when(isEvent(entry) && entry.tags['team'] === 'a'),
  },
  {
    name: 'unresolved issues',
    filters: { is: 'unresolved' },
    scope: 'issues',
    test(entry) {
      if (isEvent(entry)) return 'no';
      if (entry.status === 'unresolved') return 'yes';
      return entry.statusBefore === 'unresolved' ? 'left' : 'no';
    },
  },
  {
    name: 'a query',
    filters: { q: 'level:warning !environment:dev' },
    scope: 'events',
    test: (entry) => when(isEvent(entry) && entry.level === 'warning' && entry.environment !== 'dev'),
  },
  {
    name: 'a text',
    filters: { text: 'KABOOM' },
    scope: 'all',
    test: (entry) => when(entry.title.toLowerCase().includes('kaboom')),
  },
  {
    name: 'not and any',
    filters: { not: { level: 'info' }, any: [{ environment: 'dev' }, { tags: { team: 'b' } }] },
    scope: 'events',
    test: (entry) =>
      when(
        isEvent(entry) &&
          entry.level !== 'info' &&
          (entry.environment === 'dev' || entry.tags['team'] === 'b'),
      ),
  },
];

/** Messages of the log's pages (or of an unfiltered stream) as entries; `known`: status of issues before the first. */
export function oracleEntries(
  messages: readonly (EventMessage | IssueMessage)[],
  known: Map<string, string | null>,
): OracleEntry[] {
  return messages.map((message) => {
    const issueId = message.issue_id;
    const statusBefore = known.get(issueId) ?? null;
    if (message.type === 'event') {
      const { data } = message;
      return {
        seq: message.seq,
        kind: 'event',
        issueId,
        level: data?.level ?? '',
        environment: data?.environment ?? null,
        title: data?.title ?? '',
        tags: data?.tags ?? {},
        status: statusBefore,
        statusBefore,
      };
    }
    const gone = message.action === 'deleted' || message.action === 'discarded';
    const status = gone ? null : (message.data?.status ?? null);
    known.set(issueId, status);
    return {
      seq: message.seq,
      kind: 'issue',
      issueId,
      level: message.data?.level ?? '',
      environment: null,
      title: message.data?.title ?? '',
      tags: {},
      status,
      statusBefore,
    };
  });
}

/** What one viewer was told over all its connections; order is checked as it comes. */
export interface Tally {
  /** A new connection: give it each message. Throws at the first one out of order. */
  connect(): (message: DownMessage) => void;
  /** How `seq` was delivered; 0: not. */
  delivered(seq: number): 0 | 1 | 2;
  /** Highest position that was told. */
  readonly position: number;
  readonly gaps: readonly { from: number; to: number; count: number }[];
  readonly lost: readonly { from: number; to: number }[];
  /** Newest entry delivered of an issue. */
  newest(issueId: string): number;
}

const MATCHES = 1;
const LEFT = 2;

export function createTally(): Tally {
  // A byte an entry: a soak delivers millions.
  let seen = new Uint8Array(1024);
  const newest = new Map<string, number>();
  const gaps: { from: number; to: number; count: number }[] = [];
  const lost: { from: number; to: number }[] = [];
  let position = 0;

  function connect(): (message: DownMessage) => void {
    let last = -1;
    const move = (what: string, from: number, to: number): void => {
      if (from <= last || to < from) throw new Error(`order: ${what} ${from} to ${to} after ${last}`);
      last = to;
      position = Math.max(position, to);
    };
    return (message) => {
      switch (message.type) {
        case 'event':
        case 'issue':
          move(message.type, message.seq, message.seq);
          if (message.seq >= seen.length) {
            const larger = new Uint8Array(message.seq * 2);
            larger.set(seen);
            seen = larger;
          }
          seen[message.seq] = message.type === 'issue' && !message.match ? LEFT : MATCHES;
          if (message.type === 'issue')
            newest.set(message.issue_id, Math.max(newest.get(message.issue_id) ?? 0, message.seq));
          break;
        case 'dropped':
          // Nothing was sent inside it on this connection, or the order would be broken.
          move('dropped', message.from, message.to);
          gaps.push({ from: message.from, to: message.to, count: message.count });
          break;
        case 'mark': {
          const seq = Number(message.cursor.split('.')[1]);
          if (seq < last) throw new Error(`order: mark ${seq} after ${last}`);
          last = seq;
          position = Math.max(position, seq);
          break;
        }
        case 'resync':
          lost.push(message.lost);
          last = Number(message.cursor.split('.')[1]);
          position = Math.max(position, last);
          break;
        default:
          break;
      }
    };
  }

  return {
    connect,
    delivered: (seq) => (seen[seq] === MATCHES ? MATCHES : seen[seq] === LEFT ? LEFT : 0),
    get position() {
      return position;
    },
    gaps,
    lost,
    newest: (issueId) => newest.get(issueId) ?? 0,
  };
}

export interface Account {
  delivered: number;
  dropped: number;
  superseded: number;
  lost: number;
}

export function addAccount(total: Account, one: Account): void {
  total.delivered += one.delivered;
  total.dropped += one.dropped;
  total.superseded += one.superseded;
  total.lost += one.lost;
}

/** The whole log (dense, from seq 1) as one filter sees it. */
export interface Judged {
  filter: OracleFilter;
  log: readonly OracleEntry[];
  verdicts: readonly Verdict[];
  /** Number of matching events in entries 1 … n. */
  eventsThrough: readonly number[];
}

export function judge(log: readonly OracleEntry[], filter: OracleFilter): Judged {
  const eventsThrough = [0];
  const verdicts = log.map((entry, i) => {
    if (entry.seq !== i + 1) throw new Error(`the log has ${entry.seq} where ${i + 1} belongs`);
    const verdict = filter.test(entry);
    const before = eventsThrough[i] ?? 0;
    eventsThrough.push(before + (entry.kind === 'event' && verdict === 'yes' ? 1 : 0));
    return verdict;
  });
  return { filter, log, verdicts, eventsThrough };
}

/** Throws when a promise is broken; else how each matching entry after `start` is accounted for. */
export function accountFor(judged: Judged, tally: Tally, start: number): Account {
  const { filter, log, verdicts, eventsThrough } = judged;
  // By start: the ranges of one connection are apart, but those of several may overlap.
  const gaps = tally.gaps.toSorted((a, b) => a.from - b.from);
  for (const { from, to, count } of gaps) {
    const events = (eventsThrough[to] ?? 0) - (eventsThrough[from - 1] ?? 0);
    if (events !== count) throw new Error(`dropped ${from} to ${to} says ${count}, are ${events}`);
  }
  const account: Account = { delivered: 0, dropped: 0, superseded: 0, lost: 0 };
  let gapAt = 0;
  let droppedTo = 0;
  for (const [i, entry] of log.entries()) {
    const { seq } = entry;
    for (let gap = gaps[gapAt]; gap !== undefined && gap.from <= seq; gap = gaps[++gapAt])
      droppedTo = Math.max(droppedTo, gap.to);
    const verdict = verdicts[i];
    const delivered = tally.delivered(seq);
    if (delivered !== 0) {
      if (verdict !== (delivered === MATCHES ? 'yes' : 'left'))
        throw new Error(`${seq} was sent to '${filter.name}', for which it is '${verdict}'`);
      if (seq > start) account.delivered++;
    } else if (seq > start && verdict !== 'no') {
      if (entry.kind === 'event' && seq <= droppedTo) account.dropped++;
      else if (entry.kind === 'issue' && tally.newest(entry.issueId) > seq) account.superseded++;
      else if (tally.lost.some(({ from, to }) => from <= seq && seq <= to)) account.lost++;
      else throw new Error(`'${filter.name}' lost ${seq} (${entry.kind}) silently`);
    }
  }
  return account;
}

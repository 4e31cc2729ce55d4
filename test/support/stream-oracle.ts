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

export interface Told {
  /** Messages of each connection of the viewer, in order. */
  connections: readonly (readonly DownMessage[])[];
  /** Position the viewer started from. */
  start: number;
  filter: OracleFilter;
}

export interface Account {
  delivered: number;
  dropped: number;
  superseded: number;
  lost: number;
}

/** Throws at the first thing that breaks a promise; else how each matching entry is accounted for. */
export function accountFor(log: readonly OracleEntry[], told: Told, through: number): Account {
  const bySeq = new Map(log.map((entry) => [entry.seq, entry]));
  const delivered = new Set<number>();
  const newest = new Map<string, number>();
  const gaps: { from: number; to: number; count: number }[] = [];
  const lost: { from: number; to: number }[] = [];
  for (const messages of told.connections) {
    let last = -1;
    const onThis = new Set<number>();
    const gapsOnThis: typeof gaps = [];
    for (const message of messages) {
      switch (message.type) {
        case 'event':
        case 'issue': {
          if (message.seq <= last) throw new Error(`order: ${message.seq} after ${last}`);
          last = message.seq;
          const entry = bySeq.get(message.seq);
          if (entry === undefined) throw new Error(`${message.seq} is not in the log`);
          const verdict = told.filter.test(entry);
          if (verdict === 'no') throw new Error(`${message.seq} does not match '${told.filter.name}'`);
          if (message.type === 'issue' && message.match !== (verdict === 'yes'))
            throw new Error(`${message.seq} says match ${message.match}, is ${verdict}`);
          delivered.add(message.seq);
          onThis.add(message.seq);
          if (message.type === 'issue')
            newest.set(message.issue_id, Math.max(newest.get(message.issue_id) ?? 0, message.seq));
          break;
        }
        case 'dropped':
          if (message.from <= last) throw new Error(`order: dropped from ${message.from} after ${last}`);
          if (message.to < message.from) throw new Error(`dropped ${message.from} to ${message.to}`);
          last = message.to;
          gaps.push(message);
          gapsOnThis.push(message);
          break;
        case 'mark': {
          const seq = Number(message.cursor.split('.')[1]);
          if (seq < last) throw new Error(`order: mark ${seq} after ${last}`);
          last = seq;
          break;
        }
        case 'resync':
          lost.push(message.lost);
          last = Number(message.cursor.split('.')[1]);
          break;
        default:
          break;
      }
    }
    for (const gap of gapsOnThis) {
      let count = 0;
      for (let seq = gap.from; seq <= gap.to; seq++) {
        const entry = bySeq.get(seq);
        if (onThis.has(seq)) throw new Error(`${seq} was sent inside the dropped ${gap.from} to ${gap.to}`);
        if (entry?.kind === 'event' && told.filter.test(entry) === 'yes') count++;
      }
      if (count !== gap.count)
        throw new Error(`dropped ${gap.from} to ${gap.to} says ${gap.count}, are ${count}`);
    }
  }
  const account: Account = { delivered: 0, dropped: 0, superseded: 0, lost: 0 };
  for (const entry of log) {
    if (entry.seq <= told.start || entry.seq > through || told.filter.test(entry) === 'no') continue;
    if (delivered.has(entry.seq)) account.delivered++;
    else if (entry.kind === 'event' && gaps.some((gap) => gap.from <= entry.seq && entry.seq <= gap.to))
      account.dropped++;
    else if (entry.kind === 'issue' && (newest.get(entry.issueId) ?? 0) > entry.seq) account.superseded++;
    else if (lost.some((range) => range.from <= entry.seq && entry.seq <= range.to)) account.lost++;
    else throw new Error(`${entry.seq} (${entry.kind}) is nowhere: '${told.filter.name}' lost it silently`);
  }
  return account;
}

/**
 * Log entry → the bytes a class of subscriptions shares. The JSON of `data` is made once per entry, whatever the
 * number of classes.
 */
import type { EventData, IssueData, LogEntry } from '../protocol/change.ts';
import type { DownMessage, Mode0IssueData } from '../protocol/down.ts';
import type { Payload } from '../protocol/up.ts';
import { encodeJson, type Mode, type Transport } from './wire.ts';

/** A log entry in memory with what has been derived from it. */
export interface Logged {
  readonly entry: LogEntry;
  /** About the memory it takes. */
  readonly bytes: number;
  dataJson: string | null;
}

/** An entry as one class sends it. */
export interface Frame {
  readonly seq: number;
  /** `too_large`: what it stands for does not fit into a frame; the bytes say that it was dropped. */
  readonly kind: 'event' | 'issue' | 'too_large';
  readonly issueId: string;
  readonly bytes: Buffer;
}

/** All but `f`, which is of one length, may be shared by classes. */
export interface FrameStyle {
  mode: Mode;
  transport: Transport;
  payload: Payload;
  f: string;
  projectId: number;
  epoch: string;
}

export function toLogged(entry: LogEntry): Logged {
  const { title, culprit } = entry.data;
  const own =
    entry.kind === 'event'
      ? entry.match.text.length + 64 * Object.keys(entry.data.tags).length
      : entry.data.id.length;
  return { entry, bytes: 800 + 2 * (title.length + culprit.length + own), dataJson: null };
}

/**
 * The last event as encoded for the class before: another class of the same style differs in `f` alone, and copying
 * costs a fifth of encoding.
 */
let last: { logged: Logged; style: FrameStyle; bytes: Buffer } | null = null;

export function encodeEntry(logged: Logged, style: FrameStyle, match: boolean): Frame {
  const { entry } = logged;
  if (entry.kind === 'issue')
    return { seq: entry.seq, kind: 'issue', issueId: entry.issueId, bytes: encode(logged, style, match) };
  const isKnown = last?.logged === logged && differOnlyInName(last.style, style);
  const bytes = isKnown && last !== null ? rename(last.bytes, style) : encode(logged, style, match);
  last = { logged, style, bytes };
  return { seq: entry.seq, kind: 'event', issueId: entry.issueId, bytes };
}

function differOnlyInName(a: FrameStyle, b: FrameStyle): boolean {
  return (
    a.mode === b.mode &&
    a.transport === b.transport &&
    a.payload === b.payload &&
    a.projectId === b.projectId &&
    a.epoch === b.epoch
  );
}

/** The same frame for another `f`. Inside strings quotes are escaped, so the first `"f":"` is ours. */
function rename(bytes: Buffer, { mode, f }: FrameStyle): Buffer {
  if (mode === 0) return bytes;
  const copy = Buffer.allocUnsafe(bytes.length);
  bytes.copy(copy);
  copy.write(f, bytes.indexOf(NAME) + NAME.length, 'latin1');
  return copy;
}
const NAME = Buffer.from('"f":"');

function encode(logged: Logged, style: FrameStyle, match: boolean): Buffer {
  const { entry } = logged;
  const json = style.mode === 0 ? mode0Json(logged) : mode1Json(logged, style, match);
  return encodeJson(style.transport, entry.kind, json, `${style.epoch}.${entry.seq}`);
}

/** What is sent in place of an entry whose frame would be too large. */
export function encodeTooLarge(logged: Logged, style: FrameStyle): Frame {
  const { seq, issueId } = logged.entry;
  const dropped: DownMessage = {
    type: 'dropped',
    project_id: String(style.projectId),
    f: style.f,
    reason: 'too_large',
    count: 1,
    from: seq,
    to: seq,
  };
  const bytes = encodeJson(style.transport, 'dropped', JSON.stringify(dropped), `${style.epoch}.${seq}`);
  return { seq, kind: 'too_large', issueId, bytes };
}

function mode0Json(logged: Logged): string {
  const { entry } = logged;
  if (entry.kind === 'event')
    return `{"type":"event","issue_id":${JSON.stringify(entry.issueId)},"data":${dataJson(logged, 'full')}}`;
  const data = JSON.stringify(mode0Issue(entry.data));
  return `{"type":"issue","action":"${entry.action}","issue_id":${JSON.stringify(entry.issueId)},"data":${data}}`;
}

function mode1Json(logged: Logged, style: FrameStyle, match: boolean): string {
  const { entry } = logged;
  const data = style.payload === 'none' ? '' : `,"data":${dataJson(logged, style.payload)}`;
  const issueId = JSON.stringify(entry.issueId);
  if (entry.kind === 'event')
    return `{"type":"event","project_id":"${style.projectId}","issue_id":${issueId},"seq":${entry.seq},"f":"${style.f}","ts":${entry.ts}${data}}`;
  return `{"type":"issue","action":"${entry.action}","issue_id":${issueId},"rev":${entry.rev},"seq":${entry.seq},"f":"${style.f}","match":${match},"by":${JSON.stringify(entry.by)}${data}}`;
}

/** Keys in the order of the protocol, whatever order the store made them in. */
function dataJson(logged: Logged, payload: 'full' | 'summary'): string {
  const { entry } = logged;
  if (entry.kind === 'issue') return (logged.dataJson ??= JSON.stringify(issueData(entry.data)));
  if (payload === 'full') return (logged.dataJson ??= JSON.stringify(eventData(entry.data)));
  const { tags: _tags, user: _user, ...summary } = eventData(entry.data);
  return JSON.stringify(summary);
}

function eventData(d: EventData): EventData {
  return {
    id: d.id,
    level: d.level,
    title: d.title,
    culprit: d.culprit,
    environment: d.environment,
    release: d.release,
    platform: d.platform,
    tags: d.tags,
    user: d.user,
    timestamp: d.timestamp,
  };
}

function issueData(d: IssueData): IssueData {
  return {
    id: d.id,
    title: d.title,
    culprit: d.culprit,
    level: d.level,
    status: d.status,
    priority: d.priority,
    platform: d.platform,
    event_count: d.event_count,
    user_count: d.user_count,
    first_seen: d.first_seen,
    last_seen: d.last_seen,
    first_release: d.first_release,
    last_release: d.last_release,
    assigned_to: d.assigned_to,
  };
}

function mode0Issue(d: IssueData): Mode0IssueData {
  return {
    id: d.id,
    title: d.title,
    level: d.level,
    status: d.status,
    event_count: d.event_count,
    first_seen: d.first_seen,
    last_seen: d.last_seen,
    assigned_to: d.assigned_to,
  };
}

/**
 * All subscriptions of a project that would be sent the same bytes: same filter, scope, payload, mode and transport.
 * Each entry is evaluated and encoded once here; a tick's frames are joined once and shared by all members.
 */
import { createHash } from 'node:crypto';
import type { Level } from '../event.ts';
import type { EventEntry, IssueEntry } from '../protocol/change.ts';
import { filterText } from '../protocol/filter-canonical.ts';
import { compileEventFilter, compileIssueFilter, type EventTest } from '../protocol/filter-evaluate.ts';
import type { Filter, FilterScope } from '../protocol/filter.ts';
import type { Payload } from '../protocol/up.ts';
import { encodeEntry, encodeTooLarge, type Frame, type FrameStyle, type Logged } from './entry-frame.ts';
import type { Mode, Transport } from './wire.ts';

/** Bytes that go out in one write. */
export const MAX_WRITE_BYTES = 64 * 1024;
/** A larger entry is not sent; its place in the log is told, and a page of the log has it. */
const MAX_FRAME_BYTES = 64 * 1024;
const MEMO_ENTRIES = 256;

export interface ClassSpec {
  mode: Mode;
  transport: Transport;
  scope: FilterScope;
  payload: Payload;
  /** Canonical. */
  filter: Filter;
  /** 0, unless the connection has another subscription of the same class: each has an `f` of its own there. */
  variant: number;
}

/** What a tick brings to a class. `to` is the head of the tick. */
export interface Batch {
  readonly from: number;
  readonly to: number;
  readonly frames: readonly Frame[];
  /** The frames joined to writes of at most MAX_WRITE_BYTES; made on first use, then shared. */
  chunks(): readonly Chunk[];
  /** Moves the cursor past entries that do not match; for members that wait for nothing. */
  readonly mark: Buffer | null;
}
interface Chunk {
  readonly bytes: Buffer;
  /** Number of frames, and the index of the first frame after them. */
  readonly count: number;
  readonly events: number;
  readonly tooLarge: number;
  readonly end: number;
  readonly lastSeq: number;
}

export interface ClassMember {
  deliver(batch: Batch): void;
}

export interface FilterClass {
  readonly key: string;
  readonly f: string;
  readonly spec: ClassSpec;
  readonly members: Set<ClassMember>;
  /** Subscriptions that hold it, live or replaying; the feed forgets it at zero. */
  users: number;
  /** Frames since the last tick. */
  pending: Frame[];
  /** Highest seq that live members have been told. */
  told: number;
  toldAt: number;
  /** Events that matched since the last report of rates. */
  matched: number;
  matchedByLevel: { [level in Level]?: number };
  /** Not asked of a class of issues alone. */
  matchesEvent(entry: EventEntry): boolean;
  /** null: does not match. */
  frameOf(logged: Logged): Frame | null;
  /** Of an entry that is known to match, or (`left`) did until now. */
  encode(logged: Logged, left: boolean): Frame | null;
  /** The log was restarted: what is remembered by seq is void. */
  reset(seq: number): void;
}

export function classKey(spec: ClassSpec): string {
  return [spec.mode, spec.transport, spec.variant, spec.scope, spec.payload, filterText(spec.filter)].join(
    ' ',
  );
}

/** What a class is called on the wire, whatever the project. */
export function className({
  scope,
  payload,
  filter,
  variant,
}: Omit<ClassSpec, 'mode' | 'transport'>): string {
  const text = `${scope} ${payload} ${filterText(filter)}`;
  return createHash('sha256')
    .update(variant === 0 ? text : `${variant} ${text}`)
    .digest('hex')
    .slice(0, 8);
}

export function createFilterClass(
  spec: ClassSpec,
  project: { readonly projectId: number; readonly epoch: string },
  told: { seq: number; at: number },
  maxFrameBytes = MAX_FRAME_BYTES,
): FilterClass {
  const key = classKey(spec);
  const f = className(spec);
  const { mode, transport, payload } = spec;
  const styleNow = (): FrameStyle => ({
    mode,
    transport,
    payload,
    f,
    projectId: project.projectId,
    epoch: project.epoch,
  });
  let style = styleNow();
  const testEvent = compileEventFilter(spec.filter);
  const match = createMatcher(spec, testEvent);
  /** Frames by seq modulo MEMO_ENTRIES. Only frames: testing again costs less than looking up that nothing matched. */
  const memo: Frame[] = [];
  const one: FilterClass = {
    key,
    f,
    spec,
    members: new Set(),
    users: 0,
    pending: [],
    told: told.seq,
    toldAt: told.at,
    matched: 0,
    matchedByLevel: {},
    matchesEvent: (entry) => testEvent(entry, entry.ts),
    frameOf(logged) {
      const verdict = match(logged.entry);
      return verdict === 'no' ? null : one.encode(logged, verdict === 'left');
    },
    encode(logged, left) {
      const { seq } = logged.entry;
      const known = memo[seq % MEMO_ENTRIES];
      if (known?.seq === seq) return known;
      let frame = encodeEntry(logged, style, !left);
      if (frame.bytes.length > maxFrameBytes) {
        if (spec.mode === 0) return null;
        frame = encodeTooLarge(logged, style);
      }
      // Alone it would share with nobody: a thousand such classes would keep a hundred megabytes.
      if (one.users > 1) memo[seq % MEMO_ENTRIES] = frame;
      else memo.length = 0;
      return frame;
    },
    reset(seq) {
      memo.length = 0;
      style = styleNow();
      one.pending = [];
      one.told = seq;
    },
  };
  return one;
}

/** `left`: an issue matched before the change and does not any more. */
type Verdict = 'yes' | 'no' | 'left';

function createMatcher(spec: ClassSpec, testEvent: EventTest): (entry: EventEntry | IssueEntry) => Verdict {
  const events = spec.scope !== 'issues';
  const issues = spec.scope !== 'events';
  const testIssue = compileIssueFilter(spec.filter);
  return (entry) => {
    // Relative times count from the entry, so that a replay says what the live stream said.
    if (entry.kind === 'event') return events && testEvent(entry, entry.ts) ? 'yes' : 'no';
    if (!issues) return 'no';
    if (spec.mode === 0) return 'yes';
    const { issueId, before, after } = entry;
    if (after !== null && testIssue({ issueId, match: after }, entry.ts)) return 'yes';
    const was = before === null ? after === null : testIssue({ issueId, match: before }, entry.ts);
    return was ? 'left' : 'no';
  };
}

export function createBatch(from: number, to: number, frames: readonly Frame[], mark: Buffer | null): Batch {
  let made: Chunk[] | null = null;
  return { from, to, frames, mark, chunks: () => (made ??= joinFrames(frames)) };
}

function joinFrames(frames: readonly Frame[]): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let bytes = 0;
  const close = (end: number): void => {
    const last = frames[end - 1];
    if (last === undefined || end === start) return;
    const part = frames.slice(start, end);
    const joined =
      part.length === 1
        ? last.bytes
        : Buffer.concat(
            part.map((frame) => frame.bytes),
            bytes,
          );
    const count = (kind: Frame['kind']): number => part.filter((frame) => frame.kind === kind).length;
    chunks.push({
      bytes: joined,
      count: part.length,
      events: count('event'),
      tooLarge: count('too_large'),
      end,
      lastSeq: last.seq,
    });
    start = end;
    bytes = 0;
  };
  for (const [at, frame] of frames.entries()) {
    if (bytes + frame.bytes.length > MAX_WRITE_BYTES) close(at);
    bytes += frame.bytes.length;
  }
  close(frames.length);
  return chunks;
}

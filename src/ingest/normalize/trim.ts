/** Brings an event under 1 MiB by leaving out its least telling parts first, each with a note. */
import type { SentryEvent, Stacktrace } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import type { Notes } from './notes.ts';

interface Part {
  path: string;
  drop(event: SentryEvent): void;
}

const PARTS: readonly Part[] = [
  { path: 'extra', drop: (e) => delete e.extra },
  { path: 'request.data', drop: (e) => delete e.request?.data },
  { path: 'breadcrumbs.data', drop: (e) => e.breadcrumbs?.forEach((crumb) => delete crumb.data) },
  { path: 'frames.vars', drop: (e) => stacks(e).forEach((s) => s.frames.forEach((f) => delete f.vars)) },
  {
    path: 'frames.context',
    drop: (e) =>
      stacks(e).forEach((s) =>
        s.frames.forEach((f) => {
          delete f.pre_context;
          delete f.post_context;
        }),
      ),
  },
  { path: 'modules', drop: (e) => delete e.modules },
  { path: 'debug_meta', drop: (e) => delete e.debug_meta },
  { path: 'threads', drop: (e) => delete e.threads },
  { path: 'contexts', drop: (e) => delete e.contexts },
  { path: 'breadcrumbs', drop: (e) => delete e.breadcrumbs },
  { path: 'request', drop: (e) => delete e.request },
  {
    path: 'exception',
    drop: (e) => {
      if (e.exception !== undefined) e.exception = e.exception.slice(-1);
    },
  },
  { path: 'stacktrace', drop: (e) => keepFrames(e, 100) },
  // What follows no program sends; it makes the limit hold against anybody.
  { path: 'stacktrace', drop: (e) => keepFrames(e, 1) },
  {
    path: 'reports',
    drop: (e) => {
      for (const report of ['csp', 'hpkp', 'expectct', 'expectstaple', 'nel'] as const) delete e[report];
    },
  },
  { path: 'sdk.packages', drop: (e) => delete e.sdk?.packages },
  { path: 'sdk.integrations', drop: (e) => delete e.sdk?.integrations },
  { path: 'user.data', drop: (e) => delete e.user?.data },
  { path: 'user.geo', drop: (e) => delete e.user?.geo },
  { path: 'logentry', drop: (e) => delete e.logentry },
  { path: 'tags', drop: (e) => e.tags.splice(0) },
];

/** The newest. */
function keepFrames(event: SentryEvent, count: number): void {
  for (const { frames } of stacks(event)) frames.splice(0, frames.length - count);
}

function stacks(event: SentryEvent): Stacktrace[] {
  return [
    ...(event.exception ?? []).map((e) => e.stacktrace),
    ...(event.threads ?? []).map((t) => t.stacktrace),
    event.stacktrace,
  ].filter((stack) => stack !== undefined);
}

/** The note of the last part that went has room. */
const MAX_BYTES = LIMITS.storedEventBytes - 1024;

export function trimEvent(event: SentryEvent, notes: Notes): void {
  let size = sizeOf(event, notes);
  for (const part of PARTS) {
    if (size <= MAX_BYTES) return;
    const before = size;
    part.drop(event);
    size = sizeOf(event, notes);
    if (size < before) notes.add('removed', part.path, 'too_large', { length: before - size });
  }
}

/** With what was noted so far: the notes are stored too. */
function sizeOf(event: SentryEvent, { list }: Notes): number {
  return Buffer.byteLength(JSON.stringify({ ...event, notes: list }));
}

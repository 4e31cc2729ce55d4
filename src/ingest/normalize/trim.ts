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
  { path: 'stacktrace', drop: (e) => stacks(e).forEach((s) => s.frames.splice(0, s.frames.length - 100)) },
];

function stacks(event: SentryEvent): Stacktrace[] {
  return [
    ...(event.exception ?? []).map((e) => e.stacktrace),
    ...(event.threads ?? []).map((t) => t.stacktrace),
    event.stacktrace,
  ].filter((stack) => stack !== undefined);
}

export function trimEvent(event: SentryEvent, notes: Notes): void {
  let size = sizeOf(event);
  for (const part of PARTS) {
    if (size <= LIMITS.storedEventBytes) return;
    const before = size;
    part.drop(event);
    size = sizeOf(event);
    if (size < before) notes.add('removed', part.path, 'too_large', { length: before - size });
  }
}

function sizeOf(event: SentryEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}

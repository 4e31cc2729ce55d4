/** A raw SDK payload as a SentryEvent, just far enough for grouping tests. */
import type { Exception, Frame, Json, SentryEvent, Stacktrace, Thread } from '../../src/event.ts';

type Raw = { [key: string]: Json };

export function rawEvent(raw: Raw): SentryEvent {
  const event: SentryEvent = {
    event_id: '0'.repeat(32),
    timestamp: 0,
    received: 0,
    level: 'error',
    platform: typeof raw['platform'] === 'string' ? raw['platform'] : 'other',
    type: 'error',
    tags: tagsOf(raw['tags']),
  };
  for (const key of [
    'logger',
    'transaction',
    'culprit',
    'release',
    'environment',
    'message',
    'checksum',
  ] as const) {
    const value = raw[key];
    if (typeof value === 'string') event[key] = value;
  }
  const exceptions = valuesOf(raw['exception']).map(exceptionOf);
  if (exceptions.length > 0) event.exception = exceptions;
  const threads = valuesOf(raw['threads']).map(threadOf);
  if (threads.length > 0) event.threads = threads;
  const stack = stackOf(raw['stacktrace']);
  if (stack) event.stacktrace = stack;
  for (const key of ['logentry', 'template', 'csp', 'hpkp', 'expectct', 'expectstaple', 'sdk'] as const) {
    const value = raw[key];
    if (isObject(value)) Object.assign(event, { [key]: value });
  }
  const fingerprint = raw['fingerprint'];
  if (Array.isArray(fingerprint)) event.fingerprint = fingerprint.map(text);
  return event;
}

export function isObject(value: Json | undefined): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valuesOf(value: Json | undefined): Raw[] {
  if (Array.isArray(value)) return value.filter(isObject);
  if (!isObject(value)) return [];
  return 'values' in value ? valuesOf(value['values'] ?? []) : [value];
}

function tagsOf(value: Json | undefined): [string, string][] {
  if (Array.isArray(value)) return value.filter(Array.isArray).map(([key, tag]) => [text(key), text(tag)]);
  return isObject(value) ? Object.entries(value).map(([key, tag]) => [key, text(tag)]) : [];
}

function withoutNulls(raw: Raw): Raw {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null));
}

function exceptionOf(raw: Raw): Exception {
  const { stacktrace, ...rest } = withoutNulls(raw);
  const stack = stackOf(stacktrace);
  return { ...(rest as Exception), ...(stack ? { stacktrace: stack } : {}) };
}

function threadOf(raw: Raw): Thread {
  const { stacktrace, ...rest } = withoutNulls(raw);
  const stack = stackOf(stacktrace);
  return { ...(rest as Thread), ...(stack ? { stacktrace: stack } : {}) };
}

function stackOf(raw: Json | undefined): Stacktrace | null {
  if (!isObject(raw) || !Array.isArray(raw['frames'])) return null;
  return { frames: raw['frames'].filter(isObject).map((frame) => frameOf(frame)) };
}

function frameOf(raw: Raw): Frame {
  const frame = withoutNulls(raw) as Frame;
  if (!frame.abs_path && frame.filename) frame.abs_path = frame.filename;
  if (!frame.filename && frame.abs_path) frame.filename = fileOf(frame.abs_path);
  return frame;
}

function fileOf(absPath: string): string {
  return /^https?:\/\/[^/]+(\/[^?#]*)/.exec(absPath)?.[1] ?? absPath;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

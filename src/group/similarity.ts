/**
 * GR33: what tells that two issues are perhaps one. Not part of grouping: nothing here makes or changes a hash, so it may
 * be improved at any time.
 */
import { hash as digest } from 'node:crypto';
import type { Frame, SentryEvent } from '../event.ts';
import { Lru } from '../lib/lru.ts';
import { normalizeText } from './v2/text.ts';

/** Titles repeat as their errors do; one costs a few microseconds. */
const keys = new Lru<string, string>(5_000);

/** 32 hex digits, equal for titles that differ in ids and numbers only. */
export function titleKey(title: string): string {
  const known = keys.get(title);
  if (known !== undefined) return known;
  const key = digest('md5', normalizeText(title));
  keys.set(title, key);
  return key;
}

/** The event's places in the program, without line numbers: of its own frames, or of all where none is its own. */
export function placesOf(event: SentryEvent): ReadonlySet<string> {
  const stacks = [
    ...(event.exception ?? []).map((exception) => exception.stacktrace),
    ...(event.threads ?? []).map((thread) => thread.stacktrace),
    event.stacktrace,
  ];
  const frames = stacks.flatMap((stack) => stack?.frames ?? []);
  const own = frames.filter((frame) => frame.in_app === true);
  return new Set((own.length > 0 ? own : frames).map(placeOf));
}

function placeOf(frame: Frame): string {
  const where = frame.module || frame.filename?.split(/[\\/]/).at(-1) || '';
  return `${where}:${frame.function ?? ''}`;
}

/** Values a person wants to read (exception.value, a message): text, or the JSON of what is none, scrubbed. */
import { scrubText } from '../scrub.ts';
import { cleanJson } from './json.ts';
import type { Notes } from './notes.ts';
import { cutText, join, toText } from './text.ts';

const DEPTH = 8;

export function toReadableText(
  value: unknown,
  max: number,
  notes: Notes,
  path: string,
  key: string | number = '',
): string | undefined {
  if (typeof value !== 'object' || value === null) {
    const text = toText(value, max, notes, path, key);
    return text === undefined ? undefined : scrubWithin(text, max);
  }
  const place = join(path, key);
  // Cleaned before it becomes text: afterwards nobody can tell a secret's key from its value.
  const json = JSON.stringify(cleanJson(value, { depth: DEPTH, chars: max * 2 }, notes, place));
  notes.add('replaced', place, 'invalid');
  return scrubWithin(cutText(json, max, notes, place), max);
}

/** `toText` for what an application writes freely: secrets filtered. */
export function toSafeText(
  value: unknown,
  max: number,
  notes: Notes,
  path: string,
  key: string | number = '',
): string | undefined {
  const text = toText(value, max, notes, path, key);
  return text === undefined ? undefined : scrubWithin(text, max);
}

/** `[Filtered]` may be longer than the secret was: the limit holds afterwards too. Cut first, so that cost is bounded. */
export function scrubWithin(text: string, max: number): string {
  const clean = scrubText(text);
  return clean.length <= max ? clean : `${clean.slice(0, max - 1).toWellFormed()}…`;
}

/** Tags: an object, pairs, or `{key, value}`; out: pairs in the order sent, unique keys, the last one won. */
import { LIMITS } from '../limits.ts';
import { FILTERED, isSensitiveKey } from '../scrub.ts';
import type { Notes } from './notes.ts';
import { scrubWithin } from './readable-text.ts';
import { asObject, toText } from './text.ts';

const KEY = /^[A-Za-z0-9_.:-]+$/;

export function normalizeTags(value: unknown, notes: Notes): [string, string][] {
  if (value === null || value === undefined) return [];
  const object = asObject(value);
  if (object === null && !Array.isArray(value)) {
    notes.add('removed', 'tags', 'invalid', { original: value });
    return [];
  }
  const entries: unknown[] = object === null ? (value as unknown[]) : Object.entries(object);
  const tags = new Map<string, string>();
  for (const entry of entries) {
    if (tags.size >= LIMITS.tags) {
      notes.add('cut', 'tags', 'too_many', { length: entries.length });
      break;
    }
    const pair: unknown[] = Array.isArray(entry)
      ? entry
      : [asObject(entry)?.['key'] ?? asObject(entry)?.['name'], asObject(entry)?.['value']];
    const key = typeof pair[0] === 'number' ? String(pair[0]) : pair[0];
    if (typeof key !== 'string') {
      if (entry !== null) notes.add('removed', 'tags', 'invalid');
      continue;
    }
    if (key.length > LIMITS.tagKey || !KEY.test(key)) {
      notes.add('removed', 'tags', 'invalid', { original: key, length: key.length });
      continue;
    }
    const text = toText(pair[1], LIMITS.tagValue, notes, 'tags', key)?.trim();
    if (text === undefined || text === '') continue;
    tags.set(key, isSensitiveKey(key) ? FILTERED : scrubWithin(text, LIMITS.tagValue));
  }
  return [...tags];
}

/**
 * Free JSON (extra, contexts, vars, breadcrumb data): cleaned, scrubbed and cut in one walk, in place.
 * The walk goes at most `depth` levels down, so a hostile nesting cannot overflow the stack.
 */
import type { Json } from '../../event.ts';
import { FILTERED, isSensitiveKey, scrubText } from '../scrub.ts';
import type { Notes } from './notes.ts';
import { cleanText, cutText, join } from './text.ts';

export interface JsonLimits {
  depth: number;
  /** Characters of keys and text together; what comes after is removed. */
  chars: number;
}

const TOO_DEEP = '[too deep]';
const LONGEST_KEY = 200;

interface Walk {
  left: number;
  cut: boolean;
  notes: Notes;
}

/** Takes ownership of `value` and changes it. */
export function cleanJson(value: unknown, limits: JsonLimits, notes: Notes, path: string): Json {
  const walk: Walk = { left: limits.chars, cut: false, notes };
  const clean = cleanValue(value, limits.depth, walk, path);
  if (walk.cut) notes.add('cut', path, 'too_large');
  return clean;
}

/** An object's own entries cleaned, or undefined when `value` is no object or an empty one. */
export function cleanObject(
  value: unknown,
  limits: JsonLimits,
  notes: Notes,
  path: string,
): { [key: string]: Json } | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    notes.add('removed', path, 'invalid');
    return undefined;
  }
  const clean = cleanJson(value, limits, notes, path);
  if (typeof clean !== 'object' || clean === null || Array.isArray(clean)) return undefined;
  for (const _ in clean) return clean;
  return undefined;
}

function cleanValue(value: unknown, depth: number, walk: Walk, path: string): Json {
  if (typeof value === 'string') return cleanString(value, walk, path);
  if (typeof value !== 'object' || value === null) {
    walk.left -= 8;
    if (typeof value === 'number') return Number.isFinite(value) ? value : null;
    return typeof value === 'boolean' ? value : null;
  }
  if (depth <= 0) {
    walk.notes.add('cut', path, 'too_deep');
    return TOO_DEEP;
  }
  walk.left -= 2;
  return Array.isArray(value)
    ? cleanArray(value, depth, walk, path)
    : cleanEntries(value as { [key: string]: unknown }, depth, walk, path);
}

function cleanString(text: string, walk: Walk, path: string): string {
  let clean = cleanText(text, walk.notes, path);
  // The card patterns are cheap, but not on megabytes that are going to be cut.
  if (clean.length > walk.left) clean = cutText(clean, Math.max(16, walk.left), walk.notes, path);
  walk.left -= clean.length + 2;
  return scrubText(clean);
}

function cleanArray(list: unknown[], depth: number, walk: Walk, path: string): Json[] {
  for (let i = 0; i < list.length; i++) {
    if (walk.left <= 0) {
      walk.cut = true;
      list.length = i;
      break;
    }
    const value = list[i];
    const clean = cleanValue(value, depth - 1, walk, path);
    if (clean !== value) list[i] = clean;
  }
  return list as Json[];
}

function cleanEntries(
  object: { [key: string]: unknown },
  depth: number,
  walk: Walk,
  path: string,
): { [key: string]: Json } {
  for (const key of Object.keys(object)) {
    if (walk.left <= 0) {
      walk.cut = true;
      delete object[key];
      continue;
    }
    walk.left -= key.length + 3;
    const value = object[key];
    const clean =
      isSensitiveKey(key) && !isEmpty(value) ? FILTERED : cleanValue(value, depth - 1, walk, path);
    const name = cleanText(key.length > LONGEST_KEY ? key.slice(0, LONGEST_KEY) : key, walk.notes, path);
    if (name === key) {
      // An own `__proto__` stays an own key: the assignment finds it before the prototype's setter.
      if (clean !== value) object[key] = clean;
      continue;
    }
    if (name.length < key.length) walk.notes.add('cut', join(path, name), 'too_long', { length: key.length });
    delete object[key];
    Object.defineProperty(object, name, {
      value: clean,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object as { [key: string]: Json };
}

/** Nothing to hide: hiding it would say that there was something. */
function isEmpty(value: unknown): boolean {
  return value === null || value === '' || typeof value === 'boolean' || value === FILTERED;
}

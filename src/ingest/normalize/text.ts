/**
 * Text as PostgreSQL takes it: without U+0000 and lone surrogates, within a limit.
 * In: any JSON value. Out: a string, or undefined when the value cannot be one.
 */
import type { Notes } from './notes.ts';

/** The two checks are native scans (the first is free for one-byte strings): no work for clean text. */
export function cleanText(text: string, notes: Notes, path: string, key: string | number = ''): string {
  let clean = text;
  if (!clean.isWellFormed()) {
    clean = clean.toWellFormed();
    notes.add('replaced', join(path, key), 'lone_surrogate');
  }
  if (clean.includes('\u0000')) {
    clean = clean.replaceAll('\u0000', '');
    notes.add('removed', join(path, key), 'nul', { length: text.length });
  }
  return clean;
}

/** Cuts to `max` UTF-16 units, the last one an ellipsis, and never inside a surrogate pair. */
export function cutText(
  text: string,
  max: number,
  notes: Notes,
  path: string,
  key: string | number = '',
): string {
  if (text.length <= max) return text;
  notes.add('cut', join(path, key), 'too_long', { length: text.length });
  let end = max - 1;
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** Strings, and numbers and booleans coerced; anything else is removed and noted; null and absent are nothing. */
export function toText(
  value: unknown,
  max: number,
  notes: Notes,
  path: string,
  key: string | number = '',
): string | undefined {
  if (typeof value === 'string') return cutText(cleanText(value, notes, path, key), max, notes, path, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  notes.add('removed', join(path, key), 'invalid');
  return undefined;
}

export function toInteger(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 16 || !/^-?\d+$/.test(value)) return undefined;
  const parsed = Number(value);
  return Number.isSafeInteger(parsed) ? parsed : undefined;
}

export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 'true' || value === 'True' || value === '1') return true;
  if (value === 0 || value === 'false' || value === 'False' || value === '0') return false;
  return undefined;
}

/** A JSON object seen as its keys, or null. */
export function asObject(value: unknown): { [key: string]: unknown } | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { [key: string]: unknown })
    : null;
}

/** `{values: […]}`, a bare list, or one bare object; null when it is none of them. */
export function asList(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  const object = asObject(value);
  if (object === null) return null;
  if (!('values' in object)) return [object];
  return Array.isArray(object['values']) ? object['values'] : null;
}

export function join(path: string, key: string | number): string {
  return key === '' ? path : path === '' ? String(key) : `${path}.${key}`;
}

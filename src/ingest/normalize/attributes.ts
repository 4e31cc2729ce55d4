/** The small attributes of an event: each valid, or removed and noted. */
import { LEVELS, type Level } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import type { Notes } from './notes.ts';
import { toSafeText } from './readable-text.ts';

const LEVEL_OF = new Map<string, Level>([
  ...LEVELS.map((level): [string, Level] => [level, level]),
  ['log', 'info'],
  ['warn', 'warning'],
  ['critical', 'fatal'],
  ['trace', 'debug'],
  ['10', 'debug'],
  ['20', 'info'],
  ['30', 'warning'],
  ['40', 'error'],
  ['50', 'fatal'],
]);

export function normalizeLevel(value: unknown, notes: Notes): Level {
  if (value === undefined || value === null || value === '') return 'error';
  const known =
    typeof value === 'string' || typeof value === 'number'
      ? LEVEL_OF.get(String(value).toLowerCase())
      : undefined;
  if (known === undefined) notes.add('replaced', 'level', 'invalid', { original: value });
  return known ?? 'error';
}

export function normalizeEnvironment(value: unknown, notes: Notes): string | undefined {
  const text = trimmed(value, LIMITS.environment, notes, 'environment');
  if (text === undefined || !/[/\r\n]/.test(text)) return text;
  notes.add('removed', 'environment', 'invalid', { original: text });
  return undefined;
}

export function normalizeRelease(value: unknown, notes: Notes): string | undefined {
  const text = trimmed(value, LIMITS.release, notes, 'release');
  if (text === undefined || !(text === '.' || text === '..' || /[\r\n\t\f]/.test(text))) return text;
  notes.add('removed', 'release', 'invalid', { original: text });
  return undefined;
}

/** Text without blanks around it; nothing when nothing is left. */
export function trimmed(value: unknown, max: number, notes: Notes, path: string): string | undefined {
  const text = toSafeText(typeof value === 'string' ? value.trim() : value, max, notes, path)?.trim();
  return text === '' ? undefined : text;
}

/** Absent, `[]`, and anything that is no list mean default grouping; Ruby always sends `[]`. */
export function normalizeFingerprint(value: unknown, notes: Notes): string[] | undefined {
  if (value === null || value === undefined) return undefined;
  if (!Array.isArray(value)) {
    notes.add('removed', 'fingerprint', 'invalid', { original: value });
    return undefined;
  }
  if (value.length > LIMITS.fingerprintValues)
    notes.add('cut', 'fingerprint', 'too_many', { length: value.length });
  const parts: string[] = [];
  for (const part of value.slice(0, LIMITS.fingerprintValues) as unknown[]) {
    const text =
      part === null ? 'null' : toSafeText(part, LIMITS.fingerprintValue, notes, 'fingerprint', parts.length);
    if (text !== undefined) parts.push(text);
  }
  return parts.length > 0 ? parts : undefined;
}

/** 32 hex digits, dashed or not, in any case, to 32 lower-case hex digits; null when it is none. */
export function parseEventId(value: unknown): string | null {
  if (typeof value !== 'string' || value.length < 32 || value.length > 36) return null;
  const hex = value.length === 36 ? value.replaceAll('-', '') : value;
  return /^[0-9a-fA-F]{32}$/.test(hex) ? hex.toLowerCase() : null;
}

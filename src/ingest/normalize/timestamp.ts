/**
 * Times as clients write them. In: seconds, milliseconds, digits or ISO 8601. Out: epoch milliseconds.
 * The event's own time is corrected for a wrong client clock first, then held within a window.
 */
import type { Notes } from './notes.ts';

const DRIFT_MS = 55 * 60_000;
const FUTURE_MS = 60_000;
const PAST_MS = 30 * 86_400_000;
/** Above this a number is milliseconds: as seconds it would be the year 5138. */
const SECONDS_END = 1e11;

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?\s?(Z|z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/;

export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return fromNumber(Number(text));
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const parsed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (!Number.isFinite(parsed)) return undefined;
  const millis = Math.trunc(Number(`0.${fraction || '0'}`) * 1000);
  return parsed + millis - zoneMinutes(zone) * 60_000;
}

function zoneMinutes(zone: string): number {
  if (zone[0] !== '+' && zone[0] !== '-') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || '0');
  return zone[0] === '-' ? -minutes : minutes;
}

function fromNumber(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  const millis = Math.round(Math.abs(value) < SECONDS_END ? value * 1000 : value);
  // The range of Date: whatever shows this later must be able to.
  return Math.abs(millis) <= 8.64e15 ? millis : undefined;
}

/** How far to move the client's times: 0 unless its clock is at least 55 minutes off (a queue is not a wrong clock). */
export function clockDrift(sentAt: unknown, receivedMs: number): number {
  const sentMs = parseTime(sentAt);
  if (sentMs === undefined) return 0;
  const driftMs = receivedMs - sentMs;
  return Math.abs(driftMs) >= DRIFT_MS ? driftMs : 0;
}

export function normalizeTimestamp(
  value: unknown,
  driftMs: number,
  receivedMs: number,
  notes: Notes,
): number {
  if (value === undefined || value === null) return receivedMs;
  const parsed = parseTime(value);
  if (parsed === undefined) {
    notes.add('replaced', 'timestamp', 'invalid', { original: value });
    return receivedMs;
  }
  if (driftMs !== 0) notes.add('replaced', 'timestamp', 'clock_drift', { original: value });
  const corrected = parsed + driftMs;
  if (corrected <= receivedMs + FUTURE_MS && corrected >= receivedMs - PAST_MS) return corrected;
  notes.add('replaced', 'timestamp', 'out_of_range', { original: value });
  return receivedMs;
}

/** What a note of ingestion says: what was cut, from which length to which. */
import type { EventNote, Json, SentryEvent } from '../../../src/event.ts';

const KINDS: Record<EventNote['kind'], string> = { cut: 'cut', removed: 'removed', replaced: 'replaced' };

/** `message cut from 1,048,576 to 8,192 characters`, in two parts: where, and what happened. */
export function noteWords(event: SentryEvent, note: EventNote): { where: string; what: string } {
  const { kind, path, reason, original_length: before } = note;
  const why = reason.replaceAll('_', ' ');
  if (before === undefined) return { where: path, what: `${KINDS[kind]} (${why})` };
  const unit = UNITS[reason] ?? 'characters';
  const after = kind === 'cut' ? lengthNow(event, note) : null;
  const size =
    after === null ? `${count(before)} ${unit}` : `from ${count(before)} to ${count(after)} ${unit}`;
  return {
    where: path,
    what: after === null ? `${KINDS[kind]} (${why}, ${size})` : `${KINDS[kind]} ${size}`,
  };
}

const UNITS: Readonly<Record<string, string>> = { too_many: 'items' };

function count(value: number): string {
  return value.toLocaleString('en');
}

/**
 * How long it is now; null where the event does not tell. Numbers in a path are those of the list as it was sent: what
 * they lead to is believed only if it looks cut.
 */
function lengthNow(
  event: SentryEvent,
  { path, reason, original_length: before = 0 }: EventNote,
): number | null {
  const found = valueAt(JSON.parse(JSON.stringify(event)) as Json, path.split('.'));
  if (reason === 'too_long')
    return typeof found === 'string' && found.endsWith('…') && found.length < before ? found.length : null;
  if (reason !== 'too_many' || typeof found !== 'object' || found === null) return null;
  const size = Array.isArray(found) ? found.length : Object.keys(found).length;
  return size < before ? size : null;
}

/** Keys may hold dots: the longest that fits is taken first. Tags, headers and cookies are pairs. */
function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  if (path.length === 0) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = new Map(Array.isArray(value) ? value.map(entryOf) : Object.entries(value));
  for (let parts = path.length; parts > 0; parts--) {
    const found = valueAt(entries.get(path.slice(0, parts).join('.')), path.slice(parts));
    if (found !== undefined) return found;
  }
  return undefined;
}

function entryOf(value: Json, index: number): [string, Json] {
  if (Array.isArray(value) && value.length === 2 && typeof value[0] === 'string')
    return [value[0], value[1] ?? null];
  return [String(index), value];
}

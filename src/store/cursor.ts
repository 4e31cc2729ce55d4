/**
 * Keyset cursors of pages: base64url of the last row's sort values. A page begins right after them, so rows that come
 * and go between two requests neither repeat nor hide others.
 */
import { MesherError } from '../errors.ts';

export type CursorValue = string | number;

export function encodeCursor(kind: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([kind, ...values])).toString('base64url');
}

/** `kind` names the order the page was in: a cursor of another order is refused. Throws invalid_cursor. */
export function decodeCursor(
  kind: string,
  cursor: string | null | undefined,
  length: number,
): CursorValue[] | null {
  if (cursor === null || cursor === undefined || cursor === '') return null;
  const [found, ...values] = parse(cursor);
  if (found !== kind || values.length !== length) throw new MesherError('invalid_cursor');
  return values.map((value) => {
    if (typeof value !== 'string' && typeof value !== 'number') throw new MesherError('invalid_cursor');
    // PostgreSQL takes no NUL in a text.
    if (typeof value === 'string' && value.includes('\0')) throw new MesherError('invalid_cursor');
    return value;
  });
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value)) return value;
  } catch {
    // not ours
  }
  throw new MesherError('invalid_cursor');
}

/** What a bigint and a timestamp of PostgreSQL can both hold; ms from about the year 0 on. */
const MIN_NUMBER = -62_000_000_000_000;
const MAX_NUMBER = 8_640_000_000_000_000;

/** A whole number of a cursor; throws invalid_cursor. */
export function cursorNumber(value: CursorValue | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new MesherError('invalid_cursor');
  if (value < MIN_NUMBER || value > MAX_NUMBER) throw new MesherError('invalid_cursor');
  return value;
}

/** An id of 32 hex digits of a cursor; throws invalid_cursor. */
export function cursorId(value: CursorValue | undefined): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{32}$/.test(value)) throw new MesherError('invalid_cursor');
  return value;
}

/** Cuts the row read beyond the page and makes the cursor of the next one. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  cursor: (row: Row) => string,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    next: rows.length > limit && last !== undefined ? cursor(last) : null,
  };
}

/** The same for a list that is read whole, because it is short by nature: sorted by `key`, and cut there. */
export function pageOfAll<Item>(
  items: readonly Item[],
  kind: string,
  request: { cursor?: string; limit: number },
  key: (item: Item) => readonly [CursorValue, ...CursorValue[]],
): { items: Item[]; next: string | null } {
  const keyed = items
    .map((item) => ({ item, key: key(item) }))
    .toSorted((one, other) => compareKeys(one.key, other.key));
  const length = keyed[0]?.key.length;
  if (length === undefined) return { items: [], next: null };
  const after = decodeCursor(kind, request.cursor, length);
  const rest = after === null ? keyed : keyed.filter((one) => compareKeys(one.key, after) > 0);
  return pageOf(
    rest.slice(0, request.limit + 1),
    request.limit,
    ({ item }) => item,
    (last) => encodeCursor(kind, last.key),
  );
}

function compareKeys(one: readonly CursorValue[], other: readonly CursorValue[]): number {
  for (const [at, value] of one.entries()) {
    const against = other[at] ?? '';
    if (typeof value !== typeof against) throw new MesherError('invalid_cursor');
    if (value !== against) return value < against ? -1 : 1;
  }
  return 0;
}

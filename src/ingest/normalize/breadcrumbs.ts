/** Breadcrumbs: a list or `{values}`, the newest 100, oldest first as sent. */
import type { Breadcrumb } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import { cleanObject } from './json.ts';
import type { Notes } from './notes.ts';
import { put } from './put.ts';
import { toReadableText, toSafeText } from './readable-text.ts';
import { asList, asObject, toText } from './text.ts';
import { parseTime } from './timestamp.ts';

const DATA = { depth: 8, chars: 8 * 1024 };

export function normalizeBreadcrumbs(
  value: unknown,
  driftMs: number,
  notes: Notes,
): Breadcrumb[] | undefined {
  if (value === null || value === undefined) return undefined;
  const list = asList(value);
  if (list === null) {
    if (asObject(value)?.['values'] !== null) notes.add('removed', 'breadcrumbs', 'invalid');
    return undefined;
  }
  const first = Math.max(0, list.length - LIMITS.breadcrumbs);
  if (first > 0) notes.add('cut', 'breadcrumbs', 'too_many', { length: list.length });
  const crumbs: Breadcrumb[] = [];
  for (let i = first; i < list.length; i++) {
    const raw = asObject(list[i]);
    const path = `breadcrumbs.${i}`;
    if (raw === null) {
      if (list[i] !== null) notes.add('removed', path, 'invalid', { original: list[i] });
      continue;
    }
    const crumb: Breadcrumb = {};
    const time = parseTime(raw['timestamp']);
    if (time !== undefined) crumb.timestamp = time + driftMs;
    put(crumb, 'type', toText(raw['type'], 64, notes, path, 'type'));
    put(crumb, 'category', toSafeText(raw['category'], 256, notes, path, 'category'));
    put(crumb, 'level', toText(raw['level'], 32, notes, path, 'level'));
    put(crumb, 'message', toReadableText(raw['message'], LIMITS.message, notes, path, 'message'));
    if (raw['data'] !== undefined) put(crumb, 'data', cleanObject(raw['data'], DATA, notes, `${path}.data`));
    for (const _ in crumb) {
      crumbs.push(crumb);
      break;
    }
  }
  return crumbs.length > 0 ? crumbs : undefined;
}

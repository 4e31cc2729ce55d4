/** The user an event happened to. `{{auto}}` becomes the client's address, or is removed. */
import { isIP } from 'node:net';
import type { EventUser } from '../../event.ts';
import { cleanObject } from './json.ts';
import type { Notes } from './notes.ts';
import { put } from './put.ts';
import { toSafeText } from './readable-text.ts';
import { asObject, toText } from './text.ts';

const DATA = { depth: 6, chars: 8 * 1024 };
const OWN = new Set(['id', 'email', 'username', 'name', 'ip_address', 'geo', 'data']);

export function normalizeUser(value: unknown, clientIp: string | null, notes: Notes): EventUser | undefined {
  if (value === null || value === undefined) return undefined;
  const raw = asObject(value);
  if (raw === null) {
    notes.add('removed', 'user', 'invalid', { original: value });
    return undefined;
  }
  const user: EventUser = {};
  put(user, 'id', toSafeText(raw['id'], 128, notes, 'user.id'));
  put(user, 'email', toSafeText(raw['email'], 256, notes, 'user.email'));
  put(user, 'username', toSafeText(raw['username'], 128, notes, 'user.username'));
  put(user, 'name', toSafeText(raw['name'], 128, notes, 'user.name'));
  put(user, 'ip_address', address(raw['ip_address'], clientIp, notes));
  put(user, 'geo', cleanObject(raw['geo'], DATA, notes, 'user.geo'));
  put(user, 'data', cleanObject(moreData(raw), DATA, notes, 'user.data'));
  for (const _ in user) return user;
  return undefined;
}

function address(value: unknown, clientIp: string | null, notes: Notes): string | undefined {
  if (value === '{{auto}}') {
    if (clientIp === null) notes.add('removed', 'user.ip_address', 'auto');
    return clientIp ?? undefined;
  }
  const text = toText(value, 64, notes, 'user.ip_address')?.trim();
  if (text === undefined || text === '') return undefined;
  if (isIP(text) !== 0) return text;
  notes.add('removed', 'user.ip_address', 'invalid', { original: text });
  return undefined;
}

/** Custom attributes beside the known ones (JS: `setUser({ plan: 'pro' })`) belong to `data`. */
function moreData(raw: { [key: string]: unknown }): unknown {
  const extra = Object.entries(raw).filter(([key, v]) => !OWN.has(key) && v !== null);
  if (extra.length === 0) return raw['data'];
  return { ...asObject(raw['data']), ...Object.fromEntries(extra) };
}

/** Cron check-ins: of `check_in` items and of plain requests. In: what was sent. Out: what to store, or null. */
import { randomBytes } from 'node:crypto';
import { normalizeEnvironment, normalizeRelease, parseEventId } from './normalize/attributes.ts';
import { cleanObject } from './normalize/json.ts';
import { createNotes } from './normalize/notes.ts';
import type { NewCheckIn } from './ports.ts';

const STATUS = new Map<unknown, NewCheckIn['status']>([
  ['ok', 'ok'],
  ['error', 'error'],
  ['in_progress', 'in_progress'],
]);
const CONFIG = { depth: 5, chars: 4096 };
const NO_ID = '0'.repeat(32);
const MAX_DURATION_S = 366 * 86_400;

export function readCheckIn(
  payload: { [key: string]: unknown },
  facts: { projectId: number; receivedMs: number; mayMakeMonitor: boolean },
): NewCheckIn | null {
  const slug = monitorSlug(payload['monitor_slug']);
  const status = STATUS.get(payload['status']);
  if (slug === null || status === undefined) return null;
  const id = parseEventId(payload['check_in_id']);
  const notes = createNotes();
  const { duration } = payload;
  return {
    projectId: facts.projectId,
    slug,
    // An id of zeros means: the one that is under way.
    id: id === null || id === NO_ID ? null : id,
    freshId: randomBytes(16).toString('hex'),
    status,
    environment: normalizeEnvironment(payload['environment'], notes) ?? null,
    release: normalizeRelease(payload['release'], notes) ?? null,
    durationMs:
      typeof duration === 'number' && duration >= 0 && duration <= MAX_DURATION_S
        ? Math.round(duration * 1000)
        : null,
    config: cleanObject(payload['monitor_config'], CONFIG, notes, 'monitor_config') ?? null,
    at: facts.receivedMs,
    mayMakeMonitor: facts.mayMakeMonitor,
  };
}

/** Lower case, words joined by hyphens, as they are shown in addresses. */
function monitorSlug(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 200) return null;
  const slug = value
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
  return slug === '' ? null : slug;
}

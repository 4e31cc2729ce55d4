/**
 * The data of the query benchmark, from a seed: events in issues and projects over 14 days, few issues with most of the
 * events, written through the batch writer (so every counter, text and term is as in life) with payloads of 1 to 2 KB.
 */
import { brotliCompressSync, constants } from 'node:zlib';
import { LEVELS } from '../../src/event.ts';
import { ensureDay, dayOf } from '../../src/store/partitions.ts';
import type { Database } from '../../src/store/database.ts';
import type { NewEvent } from '../../src/store/new-event.ts';
import { createTagRollUp } from '../../src/store/tag-roll-up.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { hashOf, newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { silentLog } from '../../test/support/test-database.ts';

const DAY_MS = 86_400_000;
export const DAYS = 14;
const IN_FLIGHT = 2_000;
/** Brotli. */
export const PAYLOAD_ENCODING = 2;

export interface QueryDataSize {
  events: number;
  issues: number;
  projects: number;
  seed: number;
}

export interface QueryData {
  projectIds: number[];
  nowMs: number;
  /** Packed events, in the encoding PAYLOAD_ENCODING. */
  payloads: Buffer[];
}

const NOUNS = [
  'payment',
  'checkout',
  'session',
  'invoice',
  'upload',
  'search',
  'mailer',
  'worker',
  'cache',
  'token',
];
const FAULTS = ['timeout', 'refused', 'not found', 'denied', 'overflow', 'deadlock', 'malformed', 'expired'];
const TYPES = ['TypeError', 'ReadTimeout', 'KeyError', 'PaymentError', 'ValueError', 'NullPointerException'];
const BROWSERS = ['Chrome 130', 'Firefox 131', 'Safari 18', 'Edge 130', 'Opera 114'];

export async function fillQueryData(db: Database, size: QueryDataSize): Promise<QueryData> {
  const random = mulberry(size.seed);
  const nowMs = Date.now();
  for (let day = 0; day <= DAYS + 1; day++) await ensureDay(db, dayOf(nowMs - day * DAY_MS));
  const projectIds: number[] = [];
  for (let i = 0; i < size.projects; i++) projectIds.push((await newProject(db, `Shop ${i}`)).id);
  const payloads = makePayloads(random);
  const writer = createTestWriter(db, {
    maxEvents: IN_FLIGHT * 2,
    onCommitted: () => (writer.changes.length = 0),
  });
  const rollUp = createTagRollUp({ db, clock: systemClock, log: silentLog });
  let made = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (made < size.events) {
        const i = made++;
        // Every issue has one event; the others go to few of them.
        const issue = i < size.issues ? i : Math.floor(random() ** 3 * size.issues);
        const projectId = projectIds[issue % size.projects] ?? 0;
        const at = Math.floor(nowMs - (1 - i / size.events) * DAYS * DAY_MS);
        const verdict = await writer.submit(eventOf(random, projectId, issue, at, payloads));
        if (verdict.kind !== 'stored') throw new Error(verdict.kind);
        if (i % 50_000 === 49_999) console.error(`${i + 1} events`);
        // So that what waits stays as little as in life.
        if (i % 5_000 === 4_999) await rollUp.run();
      }
    }),
  );
  await rollUp.run();
  await db.execute('vacuum analyze');
  return { projectIds, nowMs, payloads };
}

export function makePayloads(random: () => number): Buffer[] {
  return Array.from({ length: 64 }, () => payloadOf(random));
}

function eventOf(
  random: () => number,
  projectId: number,
  issue: number,
  at: number,
  payloads: readonly Buffer[],
): NewEvent {
  const pick = <T>(list: readonly T[], fallback: T): T =>
    list[Math.floor(random() * list.length)] ?? fallback;
  const own = mulberry(issue + 1);
  const mine = (list: readonly string[]): string => list[Math.floor(own() * list.length)] ?? '';
  const type = mine(TYPES);
  const message = `${mine(NOUNS)} ${mine(FAULTS)} in module_${issue}: request ${Math.floor(random() * 1e6)}`;
  const level = LEVELS[[0, 1, 2, 3, 3, 3, 3, 3, 3, 4][Math.floor(own() * 10)] ?? 3] ?? 'error';
  const environment = pick(['production', 'production', 'production', 'staging', 'dev'], 'dev');
  const release = `shop@1.${Math.floor(random() * 30)}.0`;
  const user = `u${Math.floor(random() ** 2 * 50_000)}`;
  const tags = {
    browser: pick(BROWSERS, ''),
    os: pick(['Linux', 'Windows 11', 'macOS 15', 'Android 15', 'iOS 18'], ''),
    region: pick(['eu-1', 'eu-2', 'us-1', 'ap-1'], ''),
    tenant: `t${Math.floor(random() * 1_000)}`,
    url: `https://shop.example.com/${mine(NOUNS)}/${issue % 97}`,
  };
  const base = newEvent(projectId, '', {
    receivedAt: at,
    level,
    environment,
    release,
    title: `${type}: ${message}`,
    culprit: `${mine(NOUNS)}/handler_${issue % 997}`,
    userIdent: `id:${user}`,
    hashes: [hashOf(`issue ${issue}`)],
    payload: payloads[Math.floor(random() * payloads.length)] ?? Buffer.alloc(0),
    encoding: PAYLOAD_ENCODING,
    tagsJson: JSON.stringify([
      ['level', level],
      ['environment', environment],
      ['release', release],
      ['platform', 'node'],
      ['transaction', 'POST /checkout'],
      ['user', `id:${user}`],
      ...Object.entries(tags),
    ]),
  });
  return {
    ...base,
    data: { ...base.data, tags, user: { id: user, email: `${user}@example.com` } },
    match: { ...base.match, transaction: 'POST /checkout', sdk: 'sentry.javascript.node', text: message },
  };
}

/** 1 to 2 KB compressed, and an event when it is unpacked. */
function payloadOf(random: () => number): Buffer {
  const bytes = Math.floor(1_000 + random() * 800);
  let noise = '';
  while (noise.length < bytes) noise += Math.floor(random() * 2 ** 48).toString(36);
  const event = { event_id: '', tags: [], extra: { noise, frames: 'at handler.js:10 '.repeat(300) } };
  return brotliCompressSync(JSON.stringify(event), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
}

export function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The checks that the faults of the corpus demand in words, as code. In: what a request was answered and what came of
 * it. Out: what is wrong, or null. A check that has no code here makes the test fail.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders } from 'node:http';
import { LEVELS } from '../../src/event.ts';
import type { EventDetail } from '../../src/protocol/rest.ts';
import type { InProcessServer } from './in-process-server.ts';
import type { Recording } from './recordings.ts';

export interface FaultFacts {
  server: InProcessServer;
  recording: Recording;
  answer: { status: number; body: string; headers: IncomingHttpHeaders };
  stored: EventDetail[];
  /** Of the whole process, which is the server and the test: steadier than the time on a machine that others use. */
  cpuMs: number;
  rssGrowth: number;
  /** Hosts that were asked for something meanwhile. */
  asked: readonly string[];
  nowMs: number;
}

type Check = (facts: FaultFacts) => string | null | Promise<string | null>;

const MB = 1024 * 1024;
const DAY_MS = 86_400_000;
const AHEAD_MS = 60_000;
const KEPT_DAYS = 30;

/** Of a server that has inflated before; the exact bound is that of test/system/bombs.test.ts, in a process of its own. */
const growsLittle: Check = ({ rssGrowth }) =>
  rssGrowth < 100 * MB ? null : `grew by ${Math.round(rssGrowth / MB)} MB`;
const within =
  (ms: number): Check =>
  ({ cpuMs }) =>
    cpuMs < ms ? null : `took ${Math.round(cpuMs)} ms of CPU`;
const never500: Check = ({ answer, server }) =>
  answer.status === 500 || server.errors.length > 0 ? server.errors.join() || 'was answered 500' : null;
const onAll =
  (wrong: (event: EventDetail) => string | null): Check =>
  ({ stored }) =>
    stored.map(wrong).find((found) => found !== null) ?? null;
const headerHas =
  (name: string, ...words: string[]): Check =>
  ({ answer }) => {
    const value = String(answer.headers[name] ?? '').toLowerCase();
    return words.every((word) => value.includes(word)) && value !== '' ? null : `${name}: ${value}`;
  };

export const FAULT_CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['no file outside the blob store', namesAreNames],
  ['download is Content-Disposition: attachment, nosniff, no header injection', downloadsAreSafe],
  ['no stack overflow', never500],
  ['no 500', never500],
  ['no endless loop', within(2_000)],
  ['message is "second" (last wins)', onAll(({ event }) => differ(event.message, 'second'))],
  [
    'falls back to a known level',
    onAll(({ event }) => (LEVELS.includes(event.level) ? null : `level ${event.level}`)),
  ],
  [
    'replaced by the client address (or dropped), never shown as {{auto}}',
    onAll(({ event }) => (JSON.stringify(event).includes('{{auto}}') ? 'shows {{auto}}' : null)),
  ],
  ['rss must not grow by the expanded size', growsLittle],
  ['answers in < 2 s', within(2_000)],
  ['< 1 s', within(1_000)],
  [
    'the answer has a fresh 32-hex id',
    ({ answer, recording }) => {
      const id = /^\{"id":"([0-9a-f]{32})"\}$/.exec(answer.body)?.[1];
      return id === undefined || id === recording.event_id ? answer.body : null;
    },
  ],
  ['no 500: Postgres text/jsonb refuse \\u0000', never500],
  ['the event is readable later', ({ stored }) => (stored.length === 1 ? null : 'cannot be read')],
  ['no 4 GB allocation', growsLittle],
  ['access-control-allow-origin set', headerHas('access-control-allow-origin')],
  ['access-control-allow-methods has POST', headerHas('access-control-allow-methods', 'post')],
  [
    'access-control-allow-headers covers the request',
    headerHas('access-control-allow-headers', 'content-type', 'x-sentry-auth', 'sentry-trace', 'baggage'),
  ],
  [
    '({}).polluted stays undefined',
    () => (Reflect.get({}, 'polluted') === undefined ? null : 'Object.prototype is polluted'),
  ],
  ['level not taken from __proto__', onAll(({ event }) => differ(event.level, 'error'))],
  [
    'no outgoing request to that address',
    ({ asked }) => asked.find((host) => !/^(?:127\.0\.0\.1|localhost)(?::|$)/.test(host)) ?? null,
  ],
  [
    'source context look-up must not read that file',
    onAll(({ event }) =>
      /context_line|root:/.test(JSON.stringify(event)) ? 'shows lines of the file' : null,
    ),
  ],
  [
    'an unusable timestamp falls back to the receive time; no 500; event visible in the default time range or clearly clamped',
    (facts) =>
      never500(facts) ??
      onAll(({ timestamp }) => {
        const age = facts.nowMs - Date.parse(timestamp);
        return age <= KEPT_DAYS * DAY_MS && age >= -AHEAD_MS ? null : `happened ${timestamp}`;
      })(facts),
  ],
]);

/** What is wrong of a fault's checks, each with its words. */
export async function failedChecks(facts: FaultFacts): Promise<string[]> {
  const wrong: string[] = [];
  for (const words of facts.recording.expect.checks ?? []) {
    const check = FAULT_CHECKS.get(words);
    const found = check === undefined ? 'has no code in fault-checks.ts' : await check(facts);
    if (found !== null) wrong.push(`${words}: ${found}`);
  }
  return wrong;
}

/** Hosts that this process sends HTTP requests to, from now on. */
export function watchRequests(): string[] {
  const hosts: string[] = [];
  subscribe('undici:request:create', (message) => {
    const { request } = message as { request: { origin: string | URL } };
    hosts.push(new URL(request.origin).host);
  });
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: { host: string } };
    hosts.push(request.host);
  });
  return hosts;
}

interface Attachments {
  items: { id: string; name: string }[];
}

const listOf = ({ server }: FaultFacts, { id }: EventDetail) =>
  server.get<Attachments>(`/projects/42/events/${id}/attachments`);

/** The bytes are rows of PostgreSQL, so a name is only ever a name; nobody who saves it may be led elsewhere. */
async function namesAreNames(facts: FaultFacts): Promise<string | null> {
  for (const event of facts.stored)
    for (const { name } of (await listOf(facts, event)).items)
      if (/[/\\\p{Cc}]|^\.{0,2}$/u.test(name)) return `is named ${JSON.stringify(name)}`;
  return null;
}

async function downloadsAreSafe(facts: FaultFacts): Promise<string | null> {
  for (const event of facts.stored) {
    const { items } = await listOf(facts, event);
    if (items.length === 0) return 'has no attachment';
    for (const { id } of items) {
      const { headers } = await facts.server.fetch(`/projects/42/events/${event.id}/attachments/${id}`);
      const disposition = headers.get('content-disposition') ?? '';
      if (!/^attachment; filename="[^"\r\n]*"(?:; filename\*=UTF-8''[^"\s;]*)?$/.test(disposition))
        return disposition;
      if (headers.get('x-content-type-options') !== 'nosniff') return 'may be sniffed';
      if (!(headers.get('content-security-policy') ?? '').includes('sandbox')) return 'is not sandboxed';
      if (headers.has('x-injected') || headers.has('set-cookie')) return 'a header was injected';
    }
  }
  return null;
}

function differ(got: unknown, wanted: unknown): string | null {
  return got === wanted ? null : `is ${JSON.stringify(got)}`;
}

/**
 * Recorded requests of real SDKs and hand-made bad ones, sent to the real handler over loopback. The events that
 * `accept` sees are compared with what the recorder decoded.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusDir } from '../../test/support/corpus.ts';
import { startIngestServer, type IngestServer } from '../../test/support/ingest-server.ts';
import { asList, asObject } from './normalize/text.ts';

const corpus = corpusDir();
if (corpus === null) process.stderr.write('SKIPPED: the corpus is not on this machine (MESHER_CORPUS)\n');

interface Recording {
  method: string;
  path: string;
  headers: { [name: string]: string };
  raw_tcp?: boolean;
  repeat?: number;
  group?: string;
  event_id?: string;
  expect: { status: string[]; stored: number | null };
  summary: {
    kind: string;
    event_id?: string;
    event?: { [key: string]: unknown };
    envelope_header?: { event_id?: string };
    items?: { header: { type?: string }; payload?: unknown; event?: { [key: string]: unknown } }[];
  };
}

let server: IngestServer;

beforeAll(async () => {
  server = await startIngestServer();
});

afterAll(() => server.close());

const EXCERPT = 160;
/** Differences that are meant. */
const MEANT = new Set([
  // A secret in the text of an exception is filtered.
  'pii-everything: exception 0 value',
  // `logentry` is the newer name of `message` and wins where an event has both.
  'raw-event: message',
  // Formatted, where the SDK sends a template and its params.
  'message-parameterized: message',
  // An object without a message in it.
  'throw-element: message',
]);

const NOT_SENT = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect']);

function sendRequest(recording: Recording, body: Buffer): Promise<{ status: number; body: string }> {
  const kept = Object.entries(recording.headers).filter(([name]) => !NOT_SENT.has(name.toLowerCase()));
  const headers = { ...Object.fromEntries(kept), 'content-length': String(body.length) };
  return server.send({ method: recording.method, path: recording.path, headers, body });
}

/** Writes a whole request to a socket and half-closes: 0 when the server closes without an answer. */
function sendRaw(bytes: Buffer): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () =>
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), body: text }),
    );
    socket.end(bytes);
  });
}

function meets(status: number, expected: readonly string[]): boolean {
  return expected.some((word) =>
    word === 'close' || word === 'timeout'
      ? status === 0
      : word.endsWith('xx')
        ? Math.floor(status / 100) === Number(word[0])
        : status === Number(word),
  );
}

function load(folder: string): { name: string; recording: Recording; body: Buffer }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      name: file.slice(0, -5),
      recording: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording,
      body: readFileSync(join(folder, `${file.slice(0, -5)}.req`)),
    }));
}

/** Endpoints that later issues serve: they must answer, not store. */
function isLater(path: string): boolean {
  return /otlp|\/v1\/(?:traces|logs)|\/security|\/minidump|\/cron|attachments/.test(path);
}

describe.skipIf(corpus === null)('recorded SDK traffic', () => {
  const sdks = corpus === null ? [] : readdirSync(join(corpus, 'sdk'));
  it.each(sdks)('IN1 answers every request of %s and stores every event of it unchanged', async (sdk) => {
    const wrong: string[] = [];
    let sent = 0;
    for (const { name, recording, body } of load(join(corpus ?? '', 'sdk', sdk))) {
      server.events.length = 0;
      const answer = await sendRequest(recording, body);
      if (isLater(recording.path)) {
        if (answer.status !== 404) wrong.push(`${name}: ${answer.status}`);
        continue;
      }
      if (answer.status !== 200) wrong.push(`${name}: ${answer.status} ${answer.body}`);
      for (const sentEvent of sentEvents(recording)) {
        sent += 1;
        wrong.push(...differences(name, sentEvent, answer.body));
      }
    }
    expect(wrong).toEqual([]);
    expect(server.errors).toEqual([]);
    if (sdk !== 'otel') expect(sent).toBeGreaterThan(0);
  });
});

interface SentEvent {
  id: string | undefined;
  event: { [key: string]: unknown };
}

function sentEvents({ summary }: Recording): SentEvent[] {
  if (summary.kind === 'store') return [{ id: summary.event_id, event: summary.event ?? {} }];
  return (summary.items ?? [])
    .filter((item) => item.header.type === 'event')
    .map((item) => {
      const event = asObject(item.payload) ?? item.event ?? {};
      return { id: summary.envelope_header?.event_id ?? (event['event_id'] as string | undefined), event };
    });
}

function differences(name: string, sent: SentEvent, answer: string): string[] {
  const id = sent.id?.replaceAll('-', '').toLowerCase();
  const got = server.events.find((e) => id === undefined || e.event_id === id);
  if (got === undefined) return [`${name}: event ${id ?? ''} did not arrive: ${answer}`];
  if (!answer.includes(got.event_id)) return [`${name}: answered ${answer}`];
  const wrong: string[] = [];
  const check = (what: string, expected: unknown, actual: unknown) => {
    if (
      !MEANT.has(`${name.replace(/__\d+$/, '')}: ${what}`) &&
      JSON.stringify(expected) !== JSON.stringify(actual)
    )
      wrong.push(`${name}: ${what} is ${JSON.stringify(actual)}, was ${JSON.stringify(expected)}`);
  };
  // The recorder keeps the first 160 characters; what PostgreSQL refuses is gone from ours.
  const checkText = (what: string, expected: string, actual: string | undefined) => {
    const start = expected
      .slice(0, EXCERPT)
      .toWellFormed()
      .replaceAll('\u0000', '')
      .slice(0, EXCERPT - 10);
    if (actual?.startsWith(start) !== true) check(what, start, actual?.slice(0, EXCERPT));
  };
  const { event } = sent;
  for (const field of ['environment', 'release', 'platform', 'transaction', 'server_name'] as const)
    if (
      typeof event[field] === 'string' &&
      event[field] !== '' &&
      !(field === 'environment' && event[field].includes('/'))
    )
      check(field, event[field].slice(0, 199), got[field]?.slice(0, 199));
  const aliases: { [level: string]: string } = { log: 'info', critical: 'fatal', warn: 'warning' };
  if (typeof event['level'] === 'string')
    check('level', aliases[event['level']] ?? event['level'], got.level);
  const message = event['message'];
  if (typeof message === 'string' && message !== '') checkText('message', message, got.message);
  const summaryExceptions = event['exceptions'];
  const sentExceptions = Array.isArray(summaryExceptions)
    ? summaryExceptions
    : (asList(event['exception']) ?? []);
  check('exceptions', Math.min(50, sentExceptions.length), got.exception?.length ?? 0);
  for (const [i, raw] of sentExceptions.slice(0, 25).entries()) {
    const exception = asObject(raw) ?? {};
    check(`exception ${i} type`, exception['type'] ?? undefined, got.exception?.[i]?.type);
    const value = exception['value'];
    if (typeof value === 'string') checkText(`exception ${i} value`, value, got.exception?.[i]?.value);
    if (typeof exception['frames'] === 'number')
      check(
        `exception ${i} frames`,
        Math.min(250, exception['frames']),
        got.exception?.[i]?.stacktrace?.frames.length ?? 0,
      );
  }
  const tags = event['tags'];
  const object = asObject(tags);
  if (object !== null)
    for (const [key, value] of Object.entries(object))
      if (typeof value === 'string' ? value !== '' && value.length <= 200 : typeof value === 'number')
        check(`tag ${key}`, String(value), got.tags.find(([k]) => k === key)?.[1]);
  return wrong;
}

describe.skipIf(corpus === null)('bad and odd requests', () => {
  it('IN2 answers every one as expected, never 500, and lives on', async () => {
    const cases = corpus === null ? [] : load(join(corpus, 'faults'));
    const wrong: string[] = [];
    const served: string[] = [];
    for (const { name, recording, body } of cases) {
      server.events.length = 0;
      const statuses: number[] = [];
      for (let i = 0; i < (recording.repeat ?? 1); i++) {
        const answer = recording.raw_tcp === true ? await sendRaw(body) : await sendRequest(recording, body);
        statuses.push(answer.status);
        expect(answer.status, name).not.toBe(500);
      }
      const { status, stored } = recording.expect;
      const good =
        statuses.every((s) => meets(s, status)) && (stored === null || stored === server.events.length);
      if (!good)
        wrong.push(
          `${name}: ${statuses.join()} stored ${server.events.length}, expected ${status.join()} stored ${stored}`,
        );
      else if (!isLater(recording.path ?? '')) served.push(name);
      if (stored === 1 && recording.event_id !== undefined && server.events[0] !== undefined)
        expect(JSON.stringify(server.events[0]), name).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    }
    process.stderr.write(
      `faults: ${cases.length - wrong.length} of ${cases.length} as expected, ${served.length} of endpoints served\n`,
    );
    expect(wrong).toEqual([]);
    expect(server.errors).toEqual([]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  }, 120_000);
});

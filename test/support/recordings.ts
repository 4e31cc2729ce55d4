/**
 * The recordings of corpus/: how they are read, sent again, and what of them must be found in an event. Shared by the
 * test of the handler and the test of the whole server.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { SentryEvent } from '../../src/event.ts';
import { asList, asObject } from '../../src/ingest/normalize/text.ts';

export interface Recording {
  method: string;
  path: string;
  headers: { [name: string]: string };
  raw_tcp?: boolean;
  repeat?: number;
  group?: string;
  event_id?: string;
  /** `checks`: in words, see fault-checks.ts. */
  expect: { status: string[]; stored: number | null; checks?: string[] };
  summary: {
    kind: string;
    event_id?: string;
    event?: { [key: string]: unknown };
    envelope_header?: { event_id?: string };
    items?: { header: { type?: string }; payload?: unknown; event?: { [key: string]: unknown } }[];
  };
}

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

/** OpenTelemetry's exporters were recorded without a key: their users put one into a header. */
export function withKey(recording: Recording, publicKey: string): Recording {
  if (!recording.path.startsWith('/v1/')) return recording;
  return {
    ...recording,
    headers: { 'x-sentry-auth': `sentry sentry_key=${publicKey}`, ...recording.headers },
  };
}

/** The recorded request with its body, headers that node makes itself aside. */
export function sendRecording(
  port: number,
  { method, path, headers: recorded }: Pick<Recording, 'method' | 'path' | 'headers'>,
  body: Buffer,
): Promise<{ status: number; body: string; headers: IncomingHttpHeaders }> {
  const kept = Object.entries(recorded).filter(([name]) => !NOT_SENT.has(name.toLowerCase()));
  const headers = { ...Object.fromEntries(kept), 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const req = request({ port, host: '127.0.0.1', method, path, headers }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () =>
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** Writes a whole request to a socket and half-closes: 0 when the server closes without an answer. */
export function sendRaw(port: number, bytes: Buffer): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () =>
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), body: text }),
    );
    socket.end(bytes);
  });
}

export function meets(status: number, expected: readonly string[]): boolean {
  return expected.some((word) =>
    word === 'close' || word === 'timeout'
      ? status === 0
      : word.endsWith('xx')
        ? Math.floor(status / 100) === Number(word[0])
        : status === Number(word),
  );
}

export interface LoadedRecording {
  name: string;
  recording: Recording;
  body: Buffer;
}

export function loadRecordings(folder: string): LoadedRecording[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      name: file.slice(0, -5),
      recording: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording,
      body: readFileSync(join(folder, `${file.slice(0, -5)}.req`)),
    }));
}

export interface SentEvent {
  id: string | undefined;
  event: { [key: string]: unknown };
}

export function sentEvents({ summary }: Recording): SentEvent[] {
  if (summary.kind === 'store') return [{ id: summary.event_id, event: summary.event ?? {} }];
  return (summary.items ?? [])
    .filter((item) => item.header.type === 'event')
    .map((item) => {
      const event = asObject(item.payload) ?? item.event ?? {};
      return { id: summary.envelope_header?.event_id ?? (event['event_id'] as string | undefined), event };
    });
}

export function eventIdOf(sent: SentEvent): string | undefined {
  return sent.id?.replaceAll('-', '').toLowerCase();
}

/** What of the recorder's summary is not in the event as Mesher has it. */
export function differences(name: string, sent: SentEvent, got: SentryEvent): string[] {
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

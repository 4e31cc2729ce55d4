/** Every limit of docs/ingest.md holds, and whatever it cuts is noted on the event. */
import { describe, expect, it } from 'vitest';
import type { SentryEvent } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import { normalizeEvent } from './normalize-event.ts';

const MIB = 1024 * 1024;

function normalize(payload: object): SentryEvent {
  return normalizeEvent(structuredClone(payload) as { [key: string]: unknown }, {
    eventId: 'a'.repeat(32),
    receivedMs: Date.parse('2026-11-24T09:00:05Z'),
    clientIp: '192.0.2.7',
    payloadBytes: 4 * MIB,
  });
}

const long = 'x'.repeat(20_000);
const list = <T>(length: number, of: (i: number) => T): T[] => Array.from({ length }, (_, i) => of(i));
const object = (length: number): object => Object.fromEntries(list(length, (i) => [`k${i}`, { i }]));

describe('cuts', () => {
  it.each<[string, object, (event: SentryEvent) => string | number | undefined, string | number]>([
    ['message', { message: long }, (e) => e.message?.length, 8192],
    ['culprit', { culprit: long }, (e) => e.culprit?.length, 200],
    ['transaction', { transaction: long }, (e) => e.transaction?.length, 200],
    ['logger', { logger: long }, (e) => e.logger?.length, 64],
    ['server_name', { server_name: long }, (e) => e.server_name?.length, 256],
    ['release', { release: long }, (e) => e.release?.length, 250],
    ['dist', { dist: long }, (e) => e.dist?.length, 64],
    ['environment', { environment: long }, (e) => e.environment?.length, 64],
    ['platform', { platform: long }, (e) => e.platform.length, 64],
    ['tags.a', { tags: { a: long } }, (e) => e.tags[0]?.[1].length, 200],
    ['tags', { tags: list(201, (i) => [`k${i}`, 'v']) }, (e) => e.tags.length, 200],
    ['tags', { tags: { [long]: 'v', a: 'v' } }, (e) => e.tags.length, 1],
    ['fingerprint', { fingerprint: list(33, String) }, (e) => e.fingerprint?.length, 32],
    ['fingerprint.0', { fingerprint: [long] }, (e) => e.fingerprint?.[0]?.length, 512],
    ['exception', { exception: list(51, () => ({ type: 'E' })) }, (e) => e.exception?.length, 50],
    ['exception.0.value', { exception: [{ value: long }] }, (e) => e.exception?.[0]?.value?.length, 8192],
    ['threads', { threads: list(257, (id) => ({ id })) }, (e) => e.threads?.length, 256],
    [
      'stacktrace.frames',
      { stacktrace: { frames: list(251, (lineno) => ({ lineno })) } },
      (e) => e.stacktrace?.frames.length,
      250,
    ],
    [
      'breadcrumbs',
      { breadcrumbs: list(101, (i) => ({ message: String(i) })) },
      (e) => e.breadcrumbs?.map((crumb) => crumb.message).join(),
      list(100, (i) => i + 1).join(),
    ],
    ['extra', { extra: { a: long, b: 'x'.repeat(300_000) } }, (e) => kibibytes(e.extra), 256],
    ['contexts.app', { contexts: { app: { a: long } } }, (e) => kibibytes(e.contexts?.['app']), 8],
    ['contexts', { contexts: object(101) }, (e) => Object.keys(e.contexts ?? {}).length, 100],
    ['modules', { modules: object(1001) }, (e) => Object.keys(e.modules ?? {}).length, 0],
    [
      'request.cookies',
      { request: { cookies: list(101, (i) => `c${i}=v`).join('; ') } },
      (e) => e.request?.cookies?.length,
      100,
    ],
    [
      'request.headers',
      { request: { headers: list(201, (i) => [`h${i}`, 'v']) } },
      (e) => e.request?.headers?.length,
      200,
    ],
    [
      'request.query_string',
      { request: { query_string: { a: long.slice(0, 8000), b: long.slice(0, 8000) } } },
      (e) => e.request?.query_string?.length,
      8192,
    ],
    [
      'message',
      { logentry: { message: '%s and %s', params: ['y'.repeat(5000), 'z'.repeat(5000)] } },
      (e) => e.message?.length,
      8192,
    ],
    [
      'stacktrace.frames.0.vars',
      { stacktrace: { frames: [{ vars: list(101, String) }] } },
      (e) => Object.keys(e.stacktrace?.frames[0]?.vars ?? {}).length,
      100,
    ],
  ])('IN30 IN40 %s of %o', (path, payload, read, expected) => {
    const event = normalize(payload);
    expect(read(event)).toBe(expected);
    expect(event.notes?.map((note) => note.path)).toContain(path);
  });

  it('IN30 a cut says how long the text was', () => {
    expect(normalize({ message: 'm'.repeat(MIB) }).notes).toEqual([
      { path: 'message', kind: 'cut', reason: 'too_long', original_length: MIB },
    ]);
  });

  it.each([
    ['breadcrumbs.1', { breadcrumbs: [{ message: 'a' }, 7] }],
    ['threads.1', { threads: [{ id: 1 }, 'x'] }],
    ['template', { template: 'x' }],
  ])('IN30 what is no %s is left out and noted', (path, payload) => {
    expect(normalize(payload).notes).toMatchObject([{ path, kind: 'removed', reason: 'invalid' }]);
  });

  it('IN40 nothing makes an event larger than 1 MiB, whatever it is made of', () => {
    // Six bytes a character in JSON: the most that any text can be.
    const text = '\u0001'.repeat(9000);
    const frame = {
      ...Object.fromEntries(
        [
          'filename',
          'abs_path',
          'module',
          'function',
          'raw_function',
          'package',
          'context_line',
          'symbol',
        ].map((key) => [key, text]),
      ),
      vars: { a: text },
      data: { a: text },
    };
    const stacktrace = { frames: list(20, () => frame) };
    const event = normalize({
      message: text,
      logentry: { message: text, formatted: text, params: [text] },
      exception: list(2, () => ({ type: text, value: text, stacktrace, mechanism: { data: { a: text } } })),
      threads: list(1, () => ({ name: text, stacktrace })),
      stacktrace,
      fingerprint: list(32, () => text),
      tags: list(200, (i) => [`${'k'.repeat(190)}${i}`, text]),
      user: { id: text, data: { a: text }, geo: { a: text } },
      sdk: { name: text, packages: [text, text], integrations: [text, text] },
      ...Object.fromEntries(
        ['csp', 'hpkp', 'expectct', 'expectstaple', 'nel'].map((key) => [key, { a: list(7, () => text) }]),
      ),
      contexts: { a: { a: text } },
      [text]: 1,
    });
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(LIMITS.storedEventBytes);
    expect(event.exception?.[0]?.stacktrace?.frames.length).toBeGreaterThan(0);
    expect([event.message?.length, event.fingerprint?.length]).toEqual([8192, 32]);
  });
});

function kibibytes(value: unknown): number {
  return Math.floor(JSON.stringify(value).length / 1024);
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SentryEvent } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import { parsePayload } from '../payload.ts';
import { normalizeEvent, type EventSource } from './normalize-event.ts';

const NOW = Date.parse('2026-11-24T09:00:05Z');
const ID = '0123456789abcdef0123456789abcdef';

function normalize(payload: object, more: Partial<EventSource> = {}): SentryEvent {
  const text = JSON.stringify(payload);
  return normalizeEvent(JSON.parse(text), {
    eventId: ID,
    receivedMs: NOW,
    clientIp: '192.0.2.7',
    payloadBytes: text.length,
    ...more,
  });
}

function raw(json: string): SentryEvent {
  const payload = parsePayload(Buffer.from(json));
  if (payload.kind !== 'object') throw new Error(payload.reason);
  return normalizeEvent(payload.value, {
    eventId: ID,
    receivedMs: NOW,
    clientIp: null,
    payloadBytes: json.length,
  });
}

/** Every key and text with U+0000 or a lone surrogate in it. */
function refusedByPostgres(event: SentryEvent): string[] {
  const bad: string[] = [];
  const look = (part: unknown) => {
    if (typeof part === 'string' && (part.includes('\u0000') || !part.isWellFormed())) bad.push(part);
  };
  JSON.stringify(event, (key, value: unknown) => {
    look(key);
    look(value);
    return value;
  });
  return bad;
}

function withoutNotes(event: SentryEvent): object {
  const { notes: _, ...rest } = event;
  return JSON.parse(JSON.stringify(rest)) as object;
}

const FIELDS = [
  'message',
  'logentry',
  'exception',
  'threads',
  'stacktrace',
  'breadcrumbs',
  'user',
  'request',
  'tags',
  'extra',
  'contexts',
  'fingerprint',
  'timestamp',
  'level',
  'platform',
  'release',
  'environment',
  'sdk',
  'modules',
  'template',
  'frames',
  'values',
  'type',
  'value',
  'mechanism',
  'data',
  'vars',
  'headers',
  'cookies',
  'query_string',
  'url',
  'params',
  'formatted',
  'csp',
  'debug_meta',
  'transaction',
  '__proto__',
  'constructor',
  'toString',
  'password',
  'x',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    'a\udc00',
    '{{auto}}',
    '4111 1111 1111 1111',
    'a=b&token=c',
    '{"password":1}',
    '2026-11-24',
    'x'.repeat(300),
  ),
);
const hostile = fc.letrec<{ node: unknown; object: object }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('node'), { maxLength: 5 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), text), tie('node')), { maxLength: 8 })
    .map((pairs) => Object.fromEntries(pairs) as object),
})).object;

describe('any JSON', () => {
  it('IN31 is normalised without an exception, free of what PostgreSQL refuses, within the limits', () => {
    fc.assert(
      fc.property(hostile, (payload) => {
        const event = normalize(payload);
        expect(refusedByPostgres(event)).toEqual([]);
        expect(Number.isFinite(event.timestamp)).toBe(true);
        expect(event.message?.length ?? 0).toBeLessThanOrEqual(LIMITS.message);
        expect(event.environment?.length ?? 0).toBeLessThanOrEqual(LIMITS.environment);
        for (const [key, value] of event.tags) expect(key.length <= 200 && value.length <= 200).toBe(true);
        expect(event.fingerprint?.length ?? 1).toBeGreaterThan(0);
        expect(Reflect.get({}, 'polluted')).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('IN31 normalises to the same a second time', () => {
    fc.assert(
      fc.property(hostile, (payload) => {
        const once = normalize(payload);
        expect(withoutNotes(normalize(once))).toEqual(withoutNotes(once));
      }),
      { numRuns: 500 },
    );
  });

  it('IN32 survives any nesting, everywhere', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    for (const field of FIELDS) expect(() => raw(`{"${field}":${deep}}`)).not.toThrow();
    const event = raw(`{"extra":{"a":${deep}},"user":{"id":1,"x":${deep}},"contexts":{"c":{"d":${deep}}}}`);
    expect(() => JSON.stringify(event)).not.toThrow();
    expect(event.notes?.some((note) => note.reason === 'too_deep')).toBe(true);
  });
});

describe('shapes', () => {
  it('IN33 takes exceptions as values, list or one object, and leaves out null ones', () => {
    const one = { type: 'E', value: 'v' };
    for (const exception of [{ values: [one] }, [one], one, { values: [null, one] }])
      expect(normalize({ exception }).exception).toEqual([one]);
    expect(normalize({ exception: { values: null } }).exception).toBeUndefined();
  });

  it('IN33 keeps the first and the last of too many exceptions and frames', () => {
    const frames = Array.from({ length: 600 }, (_, i) => ({ lineno: i }));
    const stack = normalize({ exception: { type: 'E', stacktrace: { frames } } }).exception?.[0]?.stacktrace;
    expect(stack?.frames).toHaveLength(250);
    expect(stack?.frames_omitted).toBe(350);
    expect([
      stack?.frames[0]?.lineno,
      stack?.frames[124]?.lineno,
      stack?.frames[125]?.lineno,
      stack?.frames[249]?.lineno,
    ]).toEqual([0, 124, 475, 599]);
    const chain = normalize({ exception: Array.from({ length: 80 }, (_, i) => ({ type: `E${i}` })) });
    expect(chain.exception?.map((e) => e.type)).toEqual(
      [...Array(25).keys(), ...Array.from({ length: 25 }, (_, i) => 55 + i)].map((i) => `E${i}`),
    );
    expect(chain.notes?.[0]).toMatchObject({ path: 'exception', reason: 'too_many', original_length: 80 });
  });

  it.each([
    [
      { a: '1', b: 2 },
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      [
        ['a', '1'],
        ['a', '2'],
      ],
      [['a', '2']],
    ],
    [[{ key: 'a', value: true }], [['a', 'true']]],
    [{ 'bad key': 'x', a: null, b: '' }, []],
  ])('IN34 reads tags %j', (tags, expected) => {
    expect(normalize({ tags }).tags).toEqual(expected);
  });

  it.each([
    ['log', 'info'],
    ['critical', 'fatal'],
    ['warn', 'warning'],
    [10, 'debug'],
    [50, 'fatal'],
    ['sample', 'error'],
    [{}, 'error'],
    [undefined, 'error'],
  ])('IN35 reads level %j as %s', (level, expected) => {
    expect(normalize({ level }).level).toBe(expected);
  });

  it('IN36 takes an empty fingerprint as none, and coerces its parts', () => {
    expect(normalize({ fingerprint: [] }).fingerprint).toBeUndefined();
    expect(normalize({ fingerprint: ['a', 7, null, true] }).fingerprint).toEqual(['a', '7', 'null', 'true']);
  });

  it('IN37 removes and notes what is invalid', () => {
    const event = normalize({ environment: 'a/b', release: '..', whatever: 1 });
    expect([event.environment, event.release]).toEqual([undefined, undefined]);
    expect(event.notes?.map((n) => [n.path, n.reason])).toEqual([
      ['release', 'invalid'],
      ['environment', 'invalid'],
      ['whatever', 'unknown_attribute'],
    ]);
  });

  it('IN38 keeps 64-bit integers as text and prototype names as plain keys', () => {
    const event = raw(
      '{"user":{"id":9007199254740993123},"extra":{"__proto__":{"polluted":1},"constructor":2},"level":"info"}',
    );
    expect(event.user?.id).toBe('9007199254740993123');
    expect(JSON.stringify(event.extra)).toBe('{"__proto__":{"polluted":1},"constructor":2}');
  });

  it('IN39 puts the client address for {{auto}}, or nothing', () => {
    expect(normalize({ user: { ip_address: '{{auto}}' } }).user).toEqual({ ip_address: '192.0.2.7' });
    expect(normalize({ user: { ip_address: '{{auto}}' } }, { clientIp: null }).user).toBeUndefined();
  });

  it('IN40 brings a large event under 1 MiB, and says what was left out', () => {
    const frames = Array.from({ length: 250 }, () => ({ function: 'f', vars: { a: 'v'.repeat(15_000) } }));
    const event = normalize({
      message: 'm'.repeat(2_000_000),
      exception: { type: 'E', stacktrace: { frames } },
    });
    expect(JSON.stringify(event).length).toBeLessThanOrEqual(LIMITS.storedEventBytes);
    expect(event.exception?.[0]?.stacktrace?.frames).toHaveLength(250);
    expect(event.notes?.map((note) => note.reason)).toEqual(['too_long', 'too_large']);
  });
});

describe('time', () => {
  it.each([
    [1795510805, 0],
    [1795510805.5, 500],
    ['1795510805', 0],
    [1795510805000, 0],
    ['2026-11-24T09:00:05Z', 0],
    ['2026-11-24T09:00:05', 0],
    ['2026-11-24T09:00:05.250000', 250],
    ['2026-11-24T10:00:05+01:00', 0],
    ['2026-11-24T10:00:05+0100', 0],
  ])('IN41 reads %j', (timestamp, offset) => {
    expect(normalize({ timestamp }).timestamp - NOW).toBe(offset);
  });

  it.each(['x', {}, 1e300, -5, '9999-01-01', '2026-11-24T09:02:05Z', '2026-01-01'])(
    'IN42 takes the received time for %j and notes it',
    (timestamp) => {
      const event = normalize({ timestamp });
      expect(event.timestamp).toBe(NOW);
      expect(event.notes?.[0]?.path).toBe('timestamp');
    },
  );

  it('IN43 corrects a clock that is at least 55 minutes off, no other', () => {
    const twoHours = { timestamp: '2026-11-24T06:59:55Z' };
    expect(normalize(twoHours, { sentAt: '2026-11-24T07:00:05Z' }).timestamp).toBe(NOW - 10_000);
    expect(normalize(twoHours, { sentAt: '2026-11-24T08:30:00Z' }).timestamp).toBe(NOW - 7_210_000);
  });
});

describe('secrets', () => {
  it('IN44 never gets a planted secret out, wherever it is', () => {
    const S = 'hunter2hunter2';
    const event = normalize({
      message: `login failed password=${S}`,
      exception: {
        type: 'E',
        value: `token=${S}`,
        stacktrace: { frames: [{ vars: { password: S, deep: { api_key: S } } }] },
      },
      request: {
        url: `http://u:${S}@h/?access_token=${S}`,
        fragment: `id_token=${S}&state=1`,
        query_string: { token: S },
        cookies: `a=${S}`,
        data: JSON.stringify({ password: S }),
        headers: { Authorization: `Bearer ${S}`, Cookie: S, 'X-Api-Key': S },
        env: { DB_PASSWORD: S },
      },
      extra: { secret: S, nested: [{ credentials: { any: S } }], note: `Authorization: Bearer ${S}` },
      breadcrumbs: [{ message: `secret=${S}`, data: { token: S } }],
      tags: { auth_token: S },
      contexts: { app: { private_key: S } },
      user: { id: '1', password: S },
    });
    expect(JSON.stringify(event)).not.toContain(S);
  });

  it('IN44 filters card numbers, and no other digits', () => {
    const event = normalize({
      extra: {
        a: 'paid 4111 1111 1111 1111',
        b: '5555555555554444',
        c: '1795510805000',
        d: '4111111111111112',
        e: 'max_tokens',
        max_tokens: 5,
      },
    });
    expect(event.extra).toEqual({
      a: 'paid [Filtered]',
      b: '[Filtered]',
      c: '1795510805000',
      d: '4111111111111112',
      e: 'max_tokens',
      max_tokens: 5,
    });
  });
});

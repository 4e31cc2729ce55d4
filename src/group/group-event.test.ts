import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { event, exception } from '../../test/support/event.ts';
import type { Frame, SentryEvent } from '../event.ts';
import { groupEvent, GROUPING_VERSIONS, type Grouping } from './group-event.ts';

const md5 = (...values: string[]): string => createHash('md5').update(values.join('')).digest('hex');
const group = (parts: Partial<SentryEvent>): Grouping => groupEvent(event(parts), { version: 'v1' });
const hashesOf = (grouping: Grouping): Record<string, string | null> =>
  Object.fromEntries(grouping.variants.map((variant) => [variant.name, variant.hash]));

const APP: Frame = { module: 'shop.cart', function: 'add', in_app: true };
const LIB: Frame = { module: 'lib.http', function: 'call', in_app: false };

describe('checksum', () => {
  it('GR1 uses 32 hex digits as they are and hashes anything else', () => {
    expect(group({ checksum: 'ABCDEF0123456789abcdef0123456789' }).hashes).toEqual([
      'abcdef0123456789abcdef0123456789',
    ]);
    expect(group({ checksum: 'order-17' }).hashes).toEqual([md5('order-17')]);
  });
});

describe('fingerprint', () => {
  const parts = { exception: [exception([], { type: 'DbError', value: 'down' })] };
  it('GR2 treats absent, empty and the default marker alike', () => {
    const plain = group(parts).hashes;
    expect(plain).toEqual([md5('DbError', 'down')]);
    for (const fingerprint of [[], ['{{ default }}'], ['{{default}}']]) {
      expect(group({ ...parts, fingerprint }).hashes).toEqual(plain);
    }
  });
  it('GR2 hashes custom values, variables filled in', () => {
    const grouping = group({
      ...parts,
      fingerprint: ['db', '{{ type }}', '{{ tags.shard }}'],
      tags: [['shard', '7']],
    });
    expect(hashesOf(grouping)).toEqual({ 'custom-fingerprint': md5('db', 'DbError', '7'), app: null });
  });
  it('GR2 puts the default values where the marker stands', () => {
    const grouping = group({ ...parts, fingerprint: ['a', '{{ default }}', 'b'] });
    expect(grouping.hashes).toEqual([md5('a', 'DbError', 'down', 'b')]);
  });
  it.each([
    ['{{ error.value }}', 'down'],
    ['{{ message }}', 'down'],
    ['{{ function }}', 'add'],
    ['{{ module }}', 'shop.cart'],
    ['{{ package }}', 'libcart.so'],
    ['{{ transaction }}', '/pay'],
    ['{{ level }}', 'error'],
    ['{{ logger }}', 'shop'],
    ['{{ release }}', 'shop@1'],
    ['{{ tags.none }}', '<no-value-for-tag-none>'],
    ['{{ whatever }}', '{{ whatever }}'],
  ])('GR2 fills in %s', (variable, value) => {
    const grouping = group({
      exception: [
        exception([{ ...APP, package: '/app/lib/libcart.so' }, LIB], { type: 'DbError', value: 'down' }),
      ],
      transaction: '/pay',
      logger: 'shop',
      release: 'shop@1',
      fingerprint: [variable],
    });
    expect(grouping.hashes).toEqual([md5(value)]);
  });
});

describe('variants', () => {
  it('GR4 hashes the user’s frames first, then all', () => {
    const grouping = group({ exception: [exception([LIB, APP])] });
    expect(grouping.hashes).toEqual([
      md5('shop.cart', 'add', 'Error'),
      md5('lib.http', 'call', 'shop.cart', 'add', 'Error'),
    ]);
  });
  it('GR4 drops app where it repeats system', () => {
    expect(hashesOf(group({ exception: [exception([APP])] }))).toEqual({
      app: null,
      system: md5('shop.cart', 'add', 'Error'),
    });
  });
  it('GR4 does not fall back to type and value where only system has a stack', () => {
    expect(hashesOf(group({ exception: [exception([LIB])] }))).toEqual({
      app: null,
      system: md5('lib.http', 'call', 'Error'),
    });
  });
  it('GR4 gives only app without frames, default for a message, fallback for nothing', () => {
    expect(hashesOf(group({ exception: [exception([])] }))).toEqual({ app: md5('Error', 'boom') });
    expect(hashesOf(group({ message: 'disk full' }))).toEqual({ default: md5('disk full') });
    expect(hashesOf(group({}))).toEqual({ fallback: md5('') });
  });
});

describe('precedence', () => {
  const stacktrace = { frames: [{ ...APP, function: 'lonely' }] };
  const threads = [{ id: '1', crashed: true, stacktrace: { frames: [{ ...APP, function: 'thread' }] } }];
  it('GR5 takes exception, threads, stack trace, template, report, message, in this order', () => {
    const steps: [Partial<SentryEvent>, string][] = [
      [{ message: 'text' }, md5('text')],
      [
        { csp: { effective_directive: 'img-src', blocked_uri: 'https://cdn.test/a.png' } },
        md5('img-src', 'cdn.test'),
      ],
      [{ template: { filename: 'cart.html', context_line: '{{ x }}' } }, md5('cart.html', '{{ x }}')],
      [{ stacktrace }, md5('shop.cart', 'lonely')],
      [{ threads }, md5('shop.cart', 'thread')],
      [{ exception: [exception([APP])] }, md5('shop.cart', 'add', 'Error')],
    ];
    let parts: Partial<SentryEvent> = {};
    for (const [more, hash] of steps) {
      parts = { ...parts, ...more };
      expect(group(parts).hashes).toEqual([hash]);
    }
  });
  it.each([
    [[{ crashed: true }, { current: true }], 0],
    [[{}, { current: true }], 1],
    [[{}], 0],
    [[{}, {}], -1],
    [[{ crashed: true }, { crashed: true }], -1],
  ])('GR5 picks the thread of %j', (flags, index) => {
    const list = flags.map((flag, at) => ({
      ...flag,
      stacktrace: { frames: [{ ...APP, function: `f${at}` }] },
    }));
    expect(group({ threads: list }).hashes).toEqual([index < 0 ? md5('') : md5('shop.cart', `f${index}`)]);
  });
  it('GR5 names each security report by its kind and host', () => {
    expect(group({ hpkp: { hostname: 'a.test' } }).hashes).toEqual([md5('hpkp', 'a.test')]);
    expect(group({ expectct: { hostname: 'a.test' } }).hashes).toEqual([md5('expect-ct', 'a.test')]);
    expect(group({ expectstaple: { hostname: 'a.test' } }).hashes).toEqual([md5('expect-staple', 'a.test')]);
  });
  it.each([
    [{ effective_directive: 'script-src', blocked_uri: '' }, ['script-src', "'self'"]],
    [{ effective_directive: 'img-src', blocked_uri: 'data:image/png;base64,xx' }, ['img-src', 'data:']],
    [{ effective_directive: 'img-src', blocked_uri: 'blob' }, ['img-src', 'blob:']],
    [
      { violated_directive: 'style-src x', blocked_uri: 'https://a.test:8443/x?y#z' },
      ['style-src', 'a.test:8443'],
    ],
    [
      {
        effective_directive: 'script-src',
        violated_directive: "script-src 'unsafe-eval'",
        blocked_uri: 'self',
      },
      ['script-src', "'unsafe-eval'"],
    ],
  ])('GR5 normalises the source a policy blocked: %j', (csp, values) => {
    expect(group({ csp }).hashes).toEqual([md5(...values)]);
  });
});

describe('exceptions', () => {
  it('GR6 hashes every exception of a chain', () => {
    const grouping = group({
      exception: [exception([LIB], { type: 'IoError' }), exception([APP], { type: 'CartError' })],
    });
    expect(hashesOf(grouping)['system']).toBe(
      md5('lib.http', 'call', 'IoError', 'shop.cart', 'add', 'CartError'),
    );
  });
  it('GR6 ignores the type of a synthetic exception and takes domain and code of an NSError', () => {
    expect(group({ exception: [exception([], { mechanism: { synthetic: true } })] }).hashes).toEqual([
      md5('boom'),
    ]);
    const mechanism = { type: 'NSError', meta: { ns_error: { domain: 'NSURLErrorDomain', code: -1009 } } };
    expect(group({ exception: [exception([], { mechanism })] }).hashes).toEqual([
      md5('Error', 'NSURLErrorDomain', '-1009'),
    ]);
  });
});

const systemHash = (frames: Frame[], platform = 'other'): string | null | undefined =>
  hashesOf(group({ platform, stacktrace: { frames } }))['system'];

describe('frames', () => {
  it('GR7 prefers the module and cuts a file name to its lower-case last part', () => {
    expect(systemHash([{ module: 'm', filename: '/a/B.py', function: 'f' }])).toBe(md5('m', 'f'));
    expect(systemHash([{ filename: 'C:\\x\\Cart.CS', function: 'f' }])).toBe(md5('cart.cs', 'f'));
    expect(systemHash([{ abs_path: 'https://a.test/app.js', function: 'f' }], 'javascript')).toBe(md5('f'));
  });
  it('GR7 adds the source line only for languages that send it, up to 120 characters', () => {
    const frame = { filename: 'a.py', function: 'f', context_line: '  x  =\t1 ' };
    expect(systemHash([frame], 'python')).toBe(md5('a.py', 'f', 'x = 1'));
    expect(systemHash([frame], 'java')).toBe(md5('a.py', 'f'));
    expect(systemHash([{ ...frame, context_line: 'x'.repeat(121) }], 'python')).toBe(md5('a.py', 'f'));
  });
  it('GR7 trusts the source line over a minified name where a source map was used', () => {
    const frame = { module: 'm', function: 'a', context_line: 'pay()', data: { sourcemap: 'app.js.map' } };
    expect(systemHash([frame], 'javascript')).toBe(md5('m', 'pay()'));
    expect(systemHash([{ ...frame, data: {} }], 'javascript')).toBe(md5('m', 'a', 'pay()'));
    expect(systemHash([{ ...frame, context_line: '' }], 'javascript')).toBe(md5('m', 'a'));
  });
  it('GR7 takes a frame’s own platform before the event’s', () => {
    expect(systemHash([{ module: 'm', function: 'lambda$x$0', platform: 'java' }])).toBe(md5('m'));
    expect(systemHash([{ module: 'm', function: 'lambda$x$0' }])).toBe(md5('m', 'lambda$x$0'));
  });
  it('GR8 collapses a call repeated from the same place, not one from another line', () => {
    const frame = { module: 'm', function: 'f', lineno: 3 };
    expect(systemHash([frame, frame, frame])).toBe(md5('m', 'f'));
    expect(systemHash([frame, { ...frame, lineno: 4 }])).toBe(md5('m', 'f', 'm', 'f'));
  });
  it('GR8 ignores a single nameless frame on a page', () => {
    const frame = { abs_path: 'https://a.test/', context_line: 'x' };
    expect(hashesOf(group({ platform: 'javascript', stacktrace: { frames: [frame] } }))).toMatchObject({
      system: null,
    });
  });
});

const word = fc.constantFrom(
  'a',
  'main',
  'Shop::Cart',
  'block in x',
  '<anonymous>',
  '?',
  '',
  'lambda$1',
  'std::f<a<b>>(c)',
);
const frameArbitrary = fc.record(
  {
    function: fc.oneof(word, fc.string()),
    module: fc.oneof(word, fc.string()),
    filename: fc.oneof(word, fc.string()),
    abs_path: fc.oneof(fc.webUrl(), fc.string()),
    package: fc.string(),
    context_line: fc.string(),
    in_app: fc.boolean(),
    platform: fc.constantFrom('javascript', 'native', 'java', 'php', 'ruby', 'csharp', 'python', 'x'),
  },
  { requiredKeys: [] },
);
const stackArbitrary = fc.record({ frames: fc.array(frameArbitrary, { maxLength: 8 }) });
const mechanismArbitrary = fc.record(
  {
    type: fc.string(),
    synthetic: fc.boolean(),
    exception_id: fc.integer({ min: -1, max: 4 }),
    parent_id: fc.integer({ min: -1, max: 4 }),
    is_exception_group: fc.boolean(),
    meta: fc.dictionary(fc.constant('ns_error'), fc.jsonValue() as fc.Arbitrary<never>),
  },
  { requiredKeys: [] },
);
const exceptionArbitrary = fc.record(
  { type: fc.string(), value: fc.string(), mechanism: mechanismArbitrary, stacktrace: stackArbitrary },
  { requiredKeys: [] },
);
const eventArbitrary: fc.Arbitrary<SentryEvent> = fc
  .record(
    {
      platform: fc.constantFrom('javascript', 'native', 'java', 'python', 'other'),
      exception: fc.array(exceptionArbitrary, { maxLength: 5 }),
      stacktrace: stackArbitrary,
      threads: fc.array(
        fc.record({ crashed: fc.boolean(), stacktrace: stackArbitrary }, { requiredKeys: [] }),
      ),
      message: fc.string(),
      fingerprint: fc.array(
        fc.oneof(fc.string(), fc.constantFrom('{{ default }}', '{{ type }}', '{{ tags.a }}')),
      ),
      csp: fc.dictionary(fc.constantFrom('effective_directive', 'blocked_uri'), fc.string()),
      transaction: fc.string(),
    },
    { requiredKeys: [] },
  )
  .map((parts) => event(parts));

describe.each(GROUPING_VERSIONS)('whole events in %s', (version) => {
  it('GR13 gives every event at least one hash, and the same ones every time', () => {
    fc.assert(
      fc.property(eventArbitrary, (input) => {
        const first = groupEvent(input, { version });
        expect(first.hashes.length).toBeGreaterThan(0);
        for (const hash of first.hashes) expect(hash).toMatch(/^[0-9a-f]{32}$/);
        expect(groupEvent(structuredClone(input), { version })).toEqual(first);
        expect(first.title.length).toBeLessThanOrEqual(256);
      }),
      { numRuns: 300 },
    );
  });
  it('GR13 does not depend on the order of keys', () => {
    fc.assert(
      fc.property(eventArbitrary, (input) => {
        expect(groupEvent(reordered(input), { version }).hashes).toEqual(
          groupEvent(input, { version }).hashes,
        );
      }),
      { numRuns: 100 },
    );
  });
  it('GR7 never looks at line, column or address, except to tell two calls from one', () => {
    fc.assert(
      fc.property(eventArbitrary, fc.integer({ min: 1, max: 500 }), (input, shift) => {
        const numbered = withPositions(input, 0);
        const moved = withPositions(input, shift);
        expect(groupEvent(moved, { version }).hashes).toEqual(groupEvent(numbered, { version }).hashes);
      }),
      { numRuns: 200 },
    );
  });
});

/** The same value with the keys of every object the other way round. */
function reordered<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => reordered(item)) as T;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reordered<unknown>(item)])) as T;
}

/** Every frame gets its own line, so that no two are the same call; `shift` moves them all. */
function withPositions(input: SentryEvent, shift: number): SentryEvent {
  const copy = structuredClone(input);
  const stacks = [
    copy.stacktrace,
    ...(copy.exception ?? []).map((one) => one.stacktrace),
    ...(copy.threads ?? []).map((one) => one.stacktrace),
  ];
  for (const stack of stacks) {
    for (const [index, frame] of (stack?.frames ?? []).entries()) {
      frame.lineno = index + 1 + shift;
      frame.colno = 10 + shift;
      frame.instruction_addr = `0x${(index + shift).toString(16)}`;
    }
  }
  return copy;
}

describe('titles and culprits', () => {
  it('GR12 joins type and the first line of the value', () => {
    expect(
      group({ exception: [exception([], { type: 'DbError', value: '\ndown\nhint: retry' })] }),
    ).toMatchObject({
      title: 'DbError: down',
      type: 'DbError',
    });
    expect(group({ exception: [exception([], { type: 'E', value: 'x'.repeat(400) })] }).title).toHaveLength(
      256,
    );
  });
  it('GR12 uses the first line of a message, and a placeholder for nothing', () => {
    expect(group({ message: 'disk full\nsda1' }).title).toBe('disk full');
    expect(group({}).title).toBe('<unlabeled event>');
  });
  it('GR12 names an exception group that was reduced after its member', () => {
    const grouping = group({
      exception: [
        exception([], { type: 'Inner', value: 'x', mechanism: { exception_id: 1, parent_id: 0 } }),
        exception([], {
          type: 'Group',
          value: 'y',
          mechanism: { exception_id: 0, is_exception_group: true },
        }),
      ],
    });
    expect(grouping.title).toBe('Inner: x');
  });
  it('GR12 takes the transaction as culprit, else the user’s frame nearest to the crash', () => {
    const parts = { exception: [exception([APP, LIB])] };
    expect(group({ ...parts, transaction: '/pay' }).culprit).toBe('/pay');
    expect(group(parts).culprit).toBe('shop.cart in add');
    const js = { function: 'pay', filename: '/app.js', in_app: true };
    expect(
      group({ platform: 'javascript', exception: [exception([js, { ...js, in_app: false }])] }).culprit,
    ).toBe('pay(/app.js)');
    expect(group({ message: 'x' }).culprit).toBe('');
  });
});

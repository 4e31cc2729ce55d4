import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Frame } from '../../event.ts';
import { FrameCache } from './frame-cache.ts';

const text = fc.option(fc.constantFrom('', 'a', 'b', '/srv/a.js', '?'), { nil: undefined });
const frame: fc.Arbitrary<Frame> = fc
  .record({
    filename: text,
    abs_path: text,
    module: text,
    function: text,
    raw_function: text,
    package: text,
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
const platform = fc.constantFrom('node', 'python');

const identityOf = (one: Frame, of: string): string =>
  JSON.stringify([
    of,
    one.filename ?? null,
    one.abs_path ?? null,
    one.module ?? null,
    one.function ?? '',
    one.raw_function ?? null,
    one.package ?? null,
  ]);

it('GR15 a frame is only ever taken for one that is the same in every field that counts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(frame, platform), { maxLength: 200 }),
      fc.integer({ min: 1, max: 20 }),
      (steps, max) => {
        const cache = new FrameCache<string>(max);
        for (const [one, of] of steps) {
          const identity = identityOf(one, of);
          const found = cache.get(one, of);
          if (found === undefined) cache.set(one, of, identity);
          else expect(found).toBe(identity);
        }
      },
    ),
  );
});

it('GR15 what was used lately is kept when others are forgotten', () => {
  const cache = new FrameCache<number>(10);
  const used: Frame = { filename: 'used.js', function: 'main' };
  cache.set(used, 'node', -1);
  for (let i = 0; i < 100; i++) {
    cache.set({ filename: `${i}.js`, function: 'f' }, 'node', i);
    expect(cache.get(used, 'node')).toBe(-1);
  }
  expect(cache.get({ filename: '0.js', function: 'f' }, 'node')).toBeUndefined();
  expect(cache.get({ filename: '99.js', function: 'f' }, 'node')).toBe(99);
});

it('GR15 ever new modules of one function push each other out, not everything else', () => {
  const cache = new FrameCache<number>(1000);
  const other: Frame = { filename: 'other.js', function: 'main' };
  cache.set(other, 'node', -1);
  for (let i = 0; i < 5000; i++) cache.set({ filename: 'a.js', function: 'f', module: `m${i}` }, 'node', i);
  expect(cache.get(other, 'node')).toBe(-1);
  expect(cache.get({ filename: 'a.js', function: 'f', module: 'm0' }, 'node')).toBeUndefined();
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeNext } from './safe-next.ts';

const ORIGIN = 'http://mesher.test:8080';

describe('the way back after signing in', () => {
  it.each([
    ['/projects/shop/issues?q=a#b', '/projects/shop/issues?q=a#b'],
    [undefined, '/'],
    ['//evil.test/x', '/'],
    ['/\\evil.test', '/'],
    ['/\t/evil.test', '/'],
    ['/.//evil.test', '//evil.test'],
    ['https://evil.test', '/'],
    ['javascript:alert(1)', '/'],
  ])('WEB11 %j leads to %j', (next, path) => {
    expect(safeNext(next, ORIGIN)).toBe(ORIGIN + path);
  });

  it('WEB11 nothing leads off this server', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('/', '\\', '\t', '\n', ':', '@', 'a', '.', '?') }),
        (next) => {
          expect(new URL(safeNext(next, ORIGIN), ORIGIN).origin).toBe(ORIGIN);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

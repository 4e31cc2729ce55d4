import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escalationThreshold, regresses, archiveEnds, type IssueCondition } from './issue-condition.ts';
import { compareReleases } from './release-order.ts';

const SEEN: Record<string, number> = { monday: 1, tuesday: 2, 'shop@1.0.0': 3 };
const firstSeen = (release: string) => SEEN[release];
const HOUR = 3_600_000;

describe('order of releases', () => {
  it.each([
    ['1.9.0', '1.10.0'],
    ['shop@1.9.3', 'shop@v1.10'],
    ['shop@2.0.0-rc.1', 'shop@2.0.0'],
    ['2.0.0-alpha', '2.0.0-alpha.1'],
    ['2.0.0-alpha.2', '2.0.0-alpha.10'],
    ['2.0.0-alpha.9', '2.0.0-beta'],
    ['2.0.0-9', '2.0.0-a'],
    ['monday', 'tuesday'],
    ['monday', 'shop@1.0.0'],
    ['tuesday', 'never heard of'],
  ])('DB28 %s is older than %s', (older, newer) => {
    expect(compareReleases(older, newer, firstSeen)).toBeLessThan(0);
    expect(compareReleases(newer, older, firstSeen)).toBeGreaterThan(0);
  });
  it('DB28 build metadata does not count, and versions of two packages are not compared as such', () => {
    expect(compareReleases('1.0.0+a', '1.0.0+b', firstSeen)).toBe(0);
    expect(compareReleases('web@9.0.0', 'shop@1.0.0', (r) => (r.startsWith('web') ? 1 : 2))).toBeLessThan(0);
  });
  it('DB28 the order of versions is an order', () => {
    const version = fc
      .tuple(fc.nat(3), fc.nat(3), fc.constantFrom('', '-a', '-a.1', '-b', '-1'))
      .map(([major, minor, preview]) => `${major}.${minor}${preview}`);
    const sign = (a: string, b: string) => Math.sign(compareReleases(a, b, () => undefined));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(sign(a, b) + sign(b, a)).toBe(0);
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('what ends a state', () => {
  const inRelease: IssueCondition = { kind: 'in_release', release: '2.0.0' };
  const next: IssueCondition = { kind: 'next_release', after: '2.0.0', at: 100 };
  it.each([
    [null, null, true],
    [inRelease, '1.9.0', false],
    [inRelease, '2.0.0', true],
    [inRelease, '2.1.0', true],
    [inRelease, null, false],
    [next, '1.0.0', false],
    [next, '2.0.0', false],
    [next, '2.0.1', true],
    [{ ...next, after: null }, 'monday', false],
    [{ ...next, after: null }, 'brand new', true],
  ] as const)('DB28 %j and release %s: back is %s', (condition, release, expected) => {
    expect(regresses(condition, release, firstSeen)).toBe(expected);
  });
  it.each([
    [{ kind: 'events', until: 10 }, 9, 0, 0, false],
    [{ kind: 'events', until: 10 }, 10, 0, 0, true],
    [{ kind: 'users', until: 3 }, 99, 3, 0, true],
    [{ kind: 'date', until: 50 }, 1, 1, 49, false],
    [{ kind: 'date', until: 50 }, 1, 1, 50, true],
    [{ kind: 'escalating', hour: 0, seen: 0 }, 99, 99, 99, false],
    [null, 99, 99, 99, false],
  ] as const)('DB29 %j with %i events, %i users at %i: back is %s', (condition, events, users, now, back) => {
    expect(archiveEnds(condition, { event_count: events, user_count: users }, now)).toBe(back);
  });
});

describe('the threshold of a spike', () => {
  const hour = 1_000 * HOUR;
  const counts = (list: number[]) => new Map(list.map((count, i) => [hour - (i + 1) * HOUR, count]));
  it('DB29 is at least 10', () => {
    expect(escalationThreshold(new Map(), hour, 0)).toBe(10);
    expect(escalationThreshold(counts([1]), hour, hour - HOUR)).toBe(10);
  });
  it('DB29 is six times the mean within the first day', () => {
    expect(escalationThreshold(counts([10, 20]), hour, hour - 2 * HOUR)).toBe(90);
    expect(escalationThreshold(counts([12]), hour, hour - 12 * HOUR)).toBe(10);
  });
  it('DB29 is twice the 95th percentile of a week after that, quiet hours counted', () => {
    const busy = Array.from({ length: 168 }, (_, i) => (i < 8 ? 500 : 20));
    expect(escalationThreshold(counts(busy), hour, 0)).toBe(40);
    expect(escalationThreshold(counts(busy.map((count) => (count === 500 ? 500 : 0))), hour, 0)).toBe(10);
    expect(escalationThreshold(counts([...busy.slice(0, 8), 30]), hour, hour - 30 * HOUR)).toBe(1000);
  });
});

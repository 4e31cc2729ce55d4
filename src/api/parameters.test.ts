import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedRange, parseMoment } from './parameters.ts';

const timer = { cancel: () => undefined };
const clock = { now: () => 1_000_000_000_000, monotonic: () => 0, after: () => timer, every: () => timer };
const HOUR_MS = 3_600_000;

describe('parameters', () => {
  it('API9 reads back any ISO time and any span back from now', () => {
    const date = fc.date({
      min: new Date(0),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (at) => {
        expect(parseMoment(at.toISOString())).toEqual({ at: at.getTime() });
      }),
    );
    fc.assert(
      fc.property(fc.nat(99_999), (n) => {
        expect(parseMoment(`${n}h`)).toEqual({ agoMs: n * HOUR_MS });
      }),
    );
  });

  it('API9 never throws and never gives what is no number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d\d-\d\d.{0,12}$/)), (text) => {
        const parsed = parseMoment(text);
        if (parsed) expect(Object.values(parsed).every(Number.isFinite)).toBe(true);
      }),
    );
    for (const text of ['', 'yesterday', '24', '24y', '-1h', '2026', '2026-13-01', '1e3h'])
      expect(parseMoment(text)).toBeNull();
  });

  it('API9 a range ends now, starts at its default and is never longer than its limit', () => {
    const o = { defaultMs: HOUR_MS, maxMs: 10 * HOUR_MS };
    const now = clock.now();
    expect(boundedRange({}, clock, o)).toEqual({ since: now - HOUR_MS, until: now });
    expect(boundedRange({ since: { agoMs: 5 * HOUR_MS } }, clock, o).since).toBe(now - 5 * HOUR_MS);
    expect(boundedRange({ since: { at: 0 } }, clock, o).since).toBe(now - 10 * HOUR_MS);
    const until = now - 20 * HOUR_MS;
    expect(boundedRange({ until: { at: until } }, clock, o)).toEqual({ since: until - HOUR_MS, until });
  });
});

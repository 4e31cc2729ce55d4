import { describe, expect, it } from 'vitest';
import { fakeEvent } from '../../test/support/fake-log.ts';
import { toLogged } from './entry-frame.ts';
import { createRing } from './ring.ts';

const logged = (seq: number, title = 'x') => toLogged({ ...fakeEvent({ title }), seq });
const seqs = (list: { entry: { seq: number } }[] | null) => list?.map((one) => one.entry.seq) ?? null;

describe('the ring', () => {
  it('ST72 holds the newest entries and says when it does not reach back', () => {
    const ring = createRing(10, { maxEntries: 4, maxBytes: 1e9 });
    expect([ring.head, ring.first]).toEqual([10, 11]);
    expect(ring.after(10, 99, 5)).toEqual([]);
    for (let seq = 11; seq <= 17; seq++) ring.append(logged(seq));
    expect([ring.head, ring.first]).toEqual([17, 14]);
    expect(seqs(ring.after(13, 99, 9))).toEqual([14, 15, 16, 17]);
    expect(seqs(ring.after(14, 16, 9))).toEqual([15, 16]);
    expect(seqs(ring.after(13, 99, 2))).toEqual([14, 15]);
    expect(ring.after(12, 99, 9)).toBeNull();
    expect(ring.get(13)).toBeUndefined();
    expect(ring.get(14)?.entry.seq).toBe(14);
    expect(() => ring.append(logged(19))).toThrow('17');
  });

  it('ST72 is bounded in bytes, and keeps at least the newest', () => {
    const ring = createRing(0, { maxEntries: 100, maxBytes: 10_000 });
    for (let seq = 1; seq <= 50; seq++) ring.append(logged(seq, 'x'.repeat(500)));
    expect(ring.bytes).toBeLessThanOrEqual(10_000);
    expect(ring.head - ring.first).toBeGreaterThan(1);
    ring.append(logged(51, 'x'.repeat(50_000)));
    expect([ring.first, ring.head]).toEqual([51, 51]);
    ring.restart(7);
    expect([ring.first, ring.head, ring.bytes]).toEqual([8, 7, 0]);
  });
});

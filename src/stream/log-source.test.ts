import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { eventually } from '../../test/support/eventually.ts';
import { createFakeLog, fakeEvent } from '../../test/support/fake-log.ts';
import { createLogSource } from './log-source.ts';

const clock = createFakeClock();

describe('the source of the log', () => {
  it('ST72 equal reads are shared, and at most four run at a time', async () => {
    const open: (() => void)[] = [];
    let started = 0;
    const source = createLogSource(
      (_project, after) => {
        started++;
        return new Promise((resolve, reject) =>
          open.push(() => (after === 1500 ? reject(new Error('broken')) : resolve([]))),
        );
      },
      4,
      clock,
    );
    const same = [source.read(1, 0), source.read(1, 0)];
    const others = [1, 2, 3, 4, 5].map((block) => source.read(1, block * 500));
    expect(started).toBe(4);
    const failed = expect(others[2]).rejects.toThrow('broken');
    for (let released = 0; released < 7; released++) {
      await eventually(() => open.length).toBeGreaterThan(released);
      expect(started - released).toBeLessThanOrEqual(4);
      open[released]?.();
    }
    await failed;
    await Promise.all(same);
    // The second of the equal ones found nothing in a read that began before it, and looked again.
    expect(started).toBe(7);
  });

  it('ST72 viewers at different cursors share blocks, which are kept for a moment', async () => {
    const log = createFakeLog();
    log.commit(
      1,
      Array.from({ length: 1200 }, () => fakeEvent()),
    );
    const source = createLogSource(log.readLog, 4, clock);
    const seqs = async (after: number) => (await source.read(1, after)).map(({ entry }) => entry.seq);
    const all = await Promise.all(Array.from({ length: 500 }, (_, after) => seqs(after)));
    for (const [after, got] of all.entries()) expect([got[0], got.at(-1)]).toEqual([after + 1, 500]);
    expect(log.reads.count).toBe(1);
    expect(await seqs(499)).toEqual([500]);
    expect((await seqs(500))[0]).toBe(501);
    expect(log.reads.count).toBe(2);
    await clock.advance(11_000);
    source.sweep();
    await seqs(3);
    expect(log.reads.count).toBe(3);
    source.forget(1);
    await seqs(3);
    expect(log.reads.count).toBe(4);
  });

  it('ST72 the end of the log is never kept: what is committed later is found', async () => {
    const log = createFakeLog();
    log.commit(
      1,
      Array.from({ length: 20 }, () => fakeEvent()),
    );
    const source = createLogSource(log.readLog, 4, clock);
    const early = source.read(1, 10);
    log.commit(1, [fakeEvent()]);
    const late = source.read(1, 20);
    expect((await early).length).toBeGreaterThan(0);
    expect((await late).map(({ entry }) => entry.seq)).toEqual([21]);
  });
});

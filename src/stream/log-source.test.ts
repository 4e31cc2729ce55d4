import { expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { createLogSource } from './log-source.ts';

it('ST72 equal reads are shared, and at most four run at a time', async () => {
  const open: (() => void)[] = [];
  let started = 0;
  const source = createLogSource((_project, after) => {
    started++;
    return new Promise((resolve, reject) =>
      open.push(() => (after === 3 ? reject(new Error('broken')) : resolve([]))),
    );
  }, 4);
  const same = [source(1, 0, 500), source(1, 0, 500)];
  expect(same[0]).toBe(same[1]);
  const others = [1, 2, 3, 4, 5].map((after) => source(1, after, 500));
  expect(started).toBe(4);
  const failed = expect(others[2]).rejects.toThrow('broken');
  for (let released = 0; released < 6; released++) {
    await eventually(() => open.length).toBeGreaterThan(released);
    expect(started - released).toBeLessThanOrEqual(4);
    open[released]?.();
  }
  await failed;
  await Promise.all(same);
  expect(started).toBe(6);
  const again = source(1, 0, 500);
  open[6]?.();
  await again;
  expect(started).toBe(7);
});

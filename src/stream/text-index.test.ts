import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTextIndex } from './text-index.ts';

const text = (maxLength: number) =>
  fc.array(fc.constantFrom('a', 'b', 'c', 'ß', '🧨'), { maxLength }).map((letters) => letters.join(''));

it('ST74 every wanted text that occurs is visited once; what was removed is not', () => {
  fc.assert(
    fc.property(fc.array(text(6), { maxLength: 30 }), fc.nat(30), text(40), (wanted, removed, subject) => {
      const index = createTextIndex<number>();
      const filed = wanted.flatMap((one, item) => (index.add(one, item) ? [item] : []));
      expect(filed).toEqual(wanted.flatMap((one, item) => (one.length < 3 ? [] : [item])));
      index.remove(removed);
      const visited: number[] = [];
      index.visit(subject, (item) => visited.push(item));
      expect(new Set(visited).size).toBe(visited.length);
      expect(visited).not.toContain(removed);
      for (const item of filed)
        if (item !== removed && subject.includes(wanted[item] ?? '')) expect(visited).toContain(item);
      for (const item of filed) index.remove(item);
      expect(index.size).toBe(0);
    }),
    { numRuns: 500 },
  );
});

it('ST74 of a thousand wanted texts few are visited', () => {
  const index = createTextIndex<number>();
  for (let i = 0; i < 1000; i++) index.add(`order ${i} failed`, i);
  const visited: number[] = [];
  index.visit('typeerror: order 437 failed in checkout', (item) => visited.push(item));
  expect(visited).toContain(437);
  expect(visited.length).toBeLessThan(30);
});

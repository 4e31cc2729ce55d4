import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdOrder } from './hold-order.ts';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));
const ids = (list: { id: string }[]) => list.map((row) => row.id);

describe('held order', () => {
  it('WEB6 known rows keep their places, new ones wait, further pages go to the end', () => {
    const { rows: shown, waiting } = holdOrder(['a', 'b', 'c'], rows('c', 'new', 'a', 'b', 'more'));
    expect(ids(shown)).toEqual(['a', 'b', 'c', 'more']);
    expect(waiting).toBe(1);
  });

  it('WEB6 rows that left are gone, and come back to their place', () => {
    expect(ids(holdOrder(['a', 'b'], rows('b')).rows)).toEqual(['b']);
    expect(ids(holdOrder(['a', 'b'], rows('b', 'a')).rows)).toEqual(['a', 'b']);
  });

  it('WEB6 holding never loses or doubles a row', () => {
    const list = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(list, list, (known, sorted) => {
        const { rows: shown, waiting } = holdOrder(known, rows(...sorted));
        expect(new Set(ids(shown)).size).toBe(shown.length);
        expect(shown.length + waiting).toBe(sorted.length);
        const places = ids(shown).filter((id) => known.includes(id));
        expect(places).toEqual(known.filter((id) => sorted.includes(id)));
      }),
    );
  });
});

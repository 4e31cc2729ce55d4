import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdOrder } from './hold-order.ts';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));
const ids = (list: { id: string }[]) => list.map((row) => row.id);

describe('held order', () => {
  it('WEB6 known rows keep their places, new ones come on top, further pages at the end', () => {
    expect(ids(holdOrder(['a', 'b', 'c'], rows('c', 'new', 'a', 'b', 'more')))).toEqual([
      'new',
      'a',
      'b',
      'c',
      'more',
    ]);
  });

  it('WEB6 rows that left are gone', () => {
    expect(ids(holdOrder(['a', 'b'], rows('b')))).toEqual(['b']);
  });

  it('WEB6 holding never loses or doubles a row', () => {
    const list = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(list, list, (shown, sorted) => {
        const held = ids(holdOrder(shown, rows(...sorted)));
        expect(held.toSorted()).toEqual(sorted.toSorted());
      }),
    );
  });
});

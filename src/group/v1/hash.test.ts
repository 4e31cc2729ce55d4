import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashValues } from './hash.ts';

it('GR11 the hash is md5 of the values joined, however often and among whatever others it is asked for', () => {
  const value = fc.oneof(
    fc.constantFrom('', 'a', 'b', 'ab', 'frame'),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
  );
  const lists = fc.array(fc.array(value, { maxLength: 8 }), { maxLength: 60 });
  fc.assert(
    fc.property(lists, (all) => {
      for (const values of [...all, ...all])
        expect(hashValues([...values])).toBe(createHash('md5').update(values.join('')).digest('hex'));
    }),
  );
});

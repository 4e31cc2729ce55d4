import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newEvent } from '../../test/support/new-event.ts';
import { hashKey, resolveIssues, type Owner } from './issue-resolver.ts';

const hashes = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 3 });
const known = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.option(fc.integer({ min: 1, max: 3 })));

describe('issue resolver', () => {
  it('DB7 the first owned hash decides, and a batch decides like its events one after the other', () => {
    fc.assert(
      fc.property(fc.array(hashes, { maxLength: 12 }), known, (batches, owners) => {
        const events = batches.map((list) => newEvent(1, 'x', { hashes: list }));
        const before = new Map(Object.entries(owners).map(([hash, id]) => [hashKey(1, hash), id]));
        const { owners: decided, made, attached } = resolveIssues(events, before);

        // Oracle: a plain map from hash to owner, filled event by event.
        const map = new Map<string, Owner>();
        for (const [hash, id] of Object.entries(owners))
          map.set(hash, id === null ? { kind: 'discarded' } : { kind: 'issue', id });
        let next = 0;
        const expected = batches.map((list): Owner => {
          const first = list.find((hash) => map.has(hash));
          const owner = (first === undefined ? undefined : map.get(first)) ?? { kind: 'new', index: next++ };
          if (owner.kind !== 'discarded') for (const hash of list) if (!map.has(hash)) map.set(hash, owner);
          return owner;
        });
        expect(decided).toEqual(expected);
        expect(made).toHaveLength(next);
        expect(attached.map((a) => [a.hash, a.owner])).toEqual(
          [...map].filter(([hash]) => !before.has(hashKey(1, hash))),
        );
      }),
    );
  });

  it('GR28 hashes of the version before decide after the others and are given to none', () => {
    const one = (list: string[], previousHashes: string[]) =>
      resolveIssues([newEvent(1, 'x', { hashes: list, previousHashes })], new Map([[hashKey(1, 'b'), 7]]));
    expect(one(['b'], ['c']).owners).toEqual([{ kind: 'issue', id: 7 }]);
    expect(one(['a'], ['b'])).toMatchObject({
      owners: [{ kind: 'issue', id: 7 }],
      attached: [{ hash: 'a', owner: { kind: 'issue', id: 7 } }],
    });
    expect(one(['a'], ['c']).attached.map(({ hash }) => hash)).toEqual(['a']);
  });

  it('DB7 projects do not share hashes', () => {
    const { owners } = resolveIssues([newEvent(1, 'x'), newEvent(2, 'x')], new Map());
    expect(owners).toEqual([
      { kind: 'new', index: 0 },
      { kind: 'new', index: 1 },
    ]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareGrouping, type PreviewedEvent } from './preview.ts';

/** `A:h>n`: an event of issue A with hash h now and n then. */
function events(text: string): PreviewedEvent[] {
  return text.split(' ').map((word) => {
    const [, issueId = '', now = '', then = ''] = /^(\w+):(\w+)>(\w+)$/.exec(word) ?? [];
    return {
      issueId,
      issueTitle: `issue ${issueId}`,
      hashes: now.split(''),
      newHashes: then.split(''),
      newTitle: `as ${then}`,
    };
  });
}

describe('preview', () => {
  it('GR30 says which issue would split, and into what', () => {
    expect(compareGrouping(events('A:h>n A:h>m A:h>n B:k>p'))).toEqual({
      split: [
        {
          issue: { id: 'A', title: 'issue A', events: 3 },
          into: [
            { title: 'as n', events: 2 },
            { title: 'as m', events: 1 },
          ],
        },
      ],
      merge: [],
    });
  });
  it('GR30 says which issues would merge', () => {
    expect(compareGrouping(events('A:h>n B:k>n B:k>n C:q>q'))).toEqual({
      split: [],
      merge: [
        {
          issues: [
            { id: 'B', title: 'issue B', events: 2 },
            { id: 'A', title: 'issue A', events: 1 },
          ],
          title: 'as n',
        },
      ],
    });
  });
  it('GR30 finds groups by any hash, as storing does', () => {
    expect(compareGrouping(events('A:h>ns A:h>ms'))).toEqual({ split: [], merge: [] });
  });
  it('GR30 does not take what people merged for a split', () => {
    expect(compareGrouping(events('A:h>n A:k>m'))).toEqual({ split: [], merge: [] });
  });
  it('GR30 the same rules change nothing, whatever people merged', () => {
    const event = fc.record({
      issueId: fc.constantFrom('A', 'B', 'C'),
      hashes: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 10 }), (list) => {
        const same = list.map((one) => ({ ...one, issueTitle: '', newHashes: one.hashes, newTitle: '' }));
        expect(compareGrouping(same)).toEqual({ split: [], merge: [] });
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { termAt, termsOf, valueOf, withTerm } from './query-terms.ts';

describe('terms of a search', () => {
  it('WEB18 quotes, lists and brackets keep a term together', () => {
    const text = 'is:unresolved !url:"a b" level:[error, fatal] (a OR b:c) plain';
    expect(termsOf(text).map((term) => text.slice(term.from, term.to))).toEqual([
      'is:unresolved',
      '!url:"a b"',
      'level:[error, fatal]',
      'plain',
    ]);
    expect(termsOf(text).map((term) => [term.not, term.key, term.value])).toEqual([
      [false, 'is', 'unresolved'],
      [true, 'url', '"a b"'],
      [false, 'level', '[error, fatal]'],
      [false, null, 'plain'],
    ]);
  });

  it('WEB18 the term under the cursor, in a bracket too', () => {
    expect(termAt('(level:err', 10)).toMatchObject({ from: 1, key: 'level', value: 'err' });
    expect(termAt('a  b', 2)).toEqual({ from: 2, to: 2, not: false, key: null, value: '' });
  });

  it('WEB18 a term is put, changed in its place and taken away; what else is said stays', () => {
    expect(withTerm('is:assigned "a  b"', 'is', 'resolved', ['resolved'])).toBe(
      'is:assigned "a  b" is:resolved',
    );
    expect(withTerm('x is:unresolved y', 'is', 'resolved')).toBe('x is:resolved y');
    expect(withTerm('x is:unresolved y', 'is', null)).toBe('x y');
    expect(valueOf('!level:error level:fatal', 'level')).toBe('fatal');
  });

  it('WEB18 terms never overlap and stay within the text, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ':', '!', '"', '\\', '[', ']', '(', ')', ',', ' ') }),
        fc.nat(40),
        (text, at) => {
          let end = 0;
          for (const term of termsOf(text)) {
            expect(term.from).toBeGreaterThanOrEqual(end);
            expect(term.to).toBeGreaterThan(term.from);
            end = term.to;
          }
          expect(end).toBeLessThanOrEqual(text.length);
          const cursor = Math.min(at, text.length);
          const term = termAt(text, cursor);
          expect(term.from <= term.to && term.to <= text.length).toBe(true);
        },
      ),
    );
  });
});

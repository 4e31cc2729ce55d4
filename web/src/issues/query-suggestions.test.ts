import { describe, expect, it } from 'vitest';
import { readQuery } from '../live/judge-issue.ts';
import { complete, completionAt, suggestionsFor } from './query-suggestions.ts';

const known = (...values: string[]) => values.map((text) => ({ text, label: text, note: '' }));
const offered = (text: string, values: string[] = [], cursor = text.length) =>
  suggestionsFor(completionAt(text, cursor), known(...values)).map((one) => one.text);

describe('completion of a search', () => {
  it('WEB18 fields first, then tags; what begins with the typed before what contains it', () => {
    expect(offered('', ['browser']).slice(0, 3)).toEqual(['is:', 'level:', 'environment:']);
    expect(offered('le', ['title', 'len'])).toEqual([
      'level:',
      'len:',
      'release:',
      'handled:',
      'min_level:',
      'title:',
    ]);
    expect(offered('!env')).toEqual(['environment:']);
  });

  it('WEB18 values of the field under the cursor, quoted where the syntax needs it', () => {
    expect(offered('is:res')).toEqual(['resolved', 'unresolved']);
    expect(offered('env:', ['prod', 'my stage'])).toEqual(['prod', '"my stage"']);
    expect(offered('level:[error, fa')).toEqual(['fatal']);
    expect(offered('browser:', ['Chrome*'])).toEqual([String.raw`"Chrome*"`]);
    expect(completionAt('assigned:', 9).wants).toEqual({ key: 'assigned', source: 'member' });
    expect(completionAt('browser:', 8).wants).toEqual({ key: 'browser', source: 'tag' });
  });

  it('WEB18 what is taken stands in the place of what was typed, the rest stays', () => {
    const take = (text: string, cursor: number, values: string[] = []) => {
      const completion = completionAt(text, cursor);
      const [first] = suggestionsFor(completion, known(...values));
      if (first === undefined) throw new Error('nothing is offered');
      return complete(text, completion, first);
    };
    expect(take('lev', 3)).toEqual({ text: 'level:', cursor: 6 });
    expect(take('level:er', 8)).toEqual({ text: 'level:error ', cursor: 12 });
    expect(take('!level:er is:resolved', 9)).toEqual({ text: '!level:error is:resolved', cursor: 13 });
    expect(take('(level:er)', 9)).toEqual({ text: '(level:error)', cursor: 12 });
    expect(take('level:[error,fa', 15)).toEqual({ text: 'level:[error,fatal', cursor: 18 });
  });

  it('WEB18 every field that is offered can be searched by', () => {
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
      for (const key of offered(letter)) {
        const value = {
          is: 'resolved',
          level: 'error',
          min_level: 'error',
          priority: 'low',
          handled: 'true',
        }[key.slice(0, -1)];
        const asked =
          value ??
          (/seen|users/.test(key)
            ? key.startsWith('times') || key.startsWith('users')
              ? '>1'
              : '-1h'
            : 'x');
        expect(readQuery(`${key}${asked}`, 'u1'), key).toMatchObject({ kind: 'ok' });
      }
    }
  });

  it('WEB35 every field that is offered for events can be asked of them', () => {
    const offers = Array.from('abcdefghijklmnopqrstuvwxyz').flatMap((letter) =>
      suggestionsFor(completionAt(letter, 1), [], 'events').map((one) => one.text),
    );
    expect(offers).toContain('environment:');
    expect(offers).not.toContain('is:');
    const values: Record<string, string> = { 'level:': 'error', 'min_level:': 'error', 'handled:': 'true' };
    for (const key of offers)
      expect(readQuery(`${key}${values[key] ?? 'x'}`, null, 'events'), key).toMatchObject({ kind: 'ok' });
  });
});

import { describe, expect, it } from 'vitest';
import { event } from '../../../test/support/event.ts';
import { noteWords } from './note-words.ts';

describe('what was cut', () => {
  it('WEB34 says from which length to which', () => {
    const cut = event({
      message: `${'x'.repeat(8191)}…`,
      tags: [['a.b', 'short…']],
      exception: [{ value: 'v…' }],
    });
    const words = (path: string, reason: string, length?: number) =>
      noteWords(cut, { path, kind: 'cut', reason, ...(length !== undefined && { original_length: length }) });
    expect(words('message', 'too_long', 1_048_576)).toEqual({
      where: 'message',
      what: 'cut from 1,048,576 to 8,192 characters',
    });
    expect(words('tags.a.b', 'too_long', 300).what).toBe('cut from 300 to 6 characters');
    expect(words('exception.0.value', 'too_long', 9000).what).toBe('cut from 9,000 to 2 characters');
    expect(words('exception', 'too_many', 80).what).toBe('cut from 80 to 1 items');
  });

  it('WEB34 says no length that it does not know', () => {
    const whole = event({ message: 'whole', tags: [] });
    const note = { kind: 'cut', reason: 'too_long', original_length: 300 } as const;
    expect(noteWords(whole, { ...note, path: 'message' }).what).toBe('cut (too long, 300 characters)');
    expect(noteWords(whole, { ...note, path: 'gone.0.x' }).what).toBe('cut (too long, 300 characters)');
    expect(noteWords(whole, { path: 'user', kind: 'removed', reason: 'invalid' }).what).toBe(
      'removed (invalid)',
    );
    expect(noteWords(whole, { path: 'x', kind: 'removed', reason: 'nul', original_length: 3 }).what).toBe(
      'removed (nul, 3 characters)',
    );
  });
});

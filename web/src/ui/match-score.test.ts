import { describe, expect, it } from 'vitest';
import { bestMatches } from './match-score.ts';

const LABELS = ['Dark theme', 'Go to Live', 'Live', 'Send a test event', 'Delivery (project)'];
const found = (text: string) => bestMatches(LABELS, text, (label) => label);

describe('what the command palette finds', () => {
  it('WEB27 nothing typed keeps everything in its order', () => {
    expect(found('')).toEqual(LABELS);
  });
  it('WEB27 the beginning of a label comes before that of a word, and that before the middle', () => {
    expect(found('live')).toEqual(['Live', 'Go to Live', 'Delivery (project)']);
  });
  it('WEB27 every word must be there, in any order and case', () => {
    expect(found('EVENT send')).toEqual(['Send a test event']);
    expect(found('event dark')).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { openedFrame, sourceLines, stackRows } from './frame-order.ts';

const own = (name: string) => ({ function: name, in_app: true });
const lib = (name: string) => ({ function: name, in_app: false });
const words = (rows: ReturnType<typeof stackRows>) =>
  rows.map((row) => (row.kind === 'frame' ? row.frame.function : row.count));

describe('stack rows', () => {
  it('WEB7 newest first, frames of libraries counted', () => {
    const frames = [own('main'), lib('a'), lib('b'), own('handler'), lib('throw')];
    expect(words(stackRows(frames, true, true))).toEqual(['throw', 'handler', 2, 'main']);
    expect(words(stackRows(frames, false, false))).toEqual(['main', 'a', 'b', 'handler', 'throw']);
  });

  it('WEB7 a stack without frames of the program is shown whole', () => {
    expect(words(stackRows([lib('a'), lib('b')], true, true))).toEqual(['b', 'a']);
    expect(openedFrame([lib('a'), lib('b')])).toBe(1);
    expect(openedFrame([own('a'), lib('b')])).toBe(0);
  });

  it('WEB7 source lines carry their numbers around the current one', () => {
    const lines = sourceLines({
      lineno: 10,
      context_line: 'c',
      pre_context: ['a', 'b'],
      post_context: ['d'],
    });
    expect(lines.map((line) => [line.number, line.text, line.current])).toEqual([
      [8, 'a', false],
      [9, 'b', false],
      [10, 'c', true],
      [11, 'd', false],
    ]);
    expect(sourceLines({ lineno: 10 })).toEqual([]);
  });
});

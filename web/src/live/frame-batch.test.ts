import { describe, expect, it } from 'vitest';
import { frameBatch } from './frame-batch.ts';

function fakeFrames() {
  let pending: (() => void) | undefined;
  let requests = 0;
  return {
    request(fn: () => void) {
      pending = fn;
      requests += 1;
      return requests;
    },
    cancel() {
      pending = undefined;
    },
    paint() {
      const run = pending;
      pending = undefined;
      run?.();
    },
    get requests() {
      return requests;
    },
  };
}

describe('frame batch', () => {
  it('WEB10 hands over once a frame, in order, whatever arrived', () => {
    const frames = fakeFrames();
    const flushed: number[][] = [];
    const batch = frameBatch<number>((items) => flushed.push(items), frames);
    for (let i = 0; i < 8; i += 1) batch.push(i);
    expect(flushed).toEqual([]);
    expect(frames.requests).toBe(1);
    frames.paint();
    batch.push(8);
    frames.paint();
    frames.paint();
    expect(flushed).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [8]]);
  });

  it('WEB10 a page that does not paint holds a bounded number, and loses none', () => {
    const flushed: number[][] = [];
    const batch = frameBatch<number>((items) => flushed.push(items), fakeFrames(), 3);
    for (let i = 0; i < 7; i += 1) batch.push(i);
    expect(flushed).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it('WEB10 stopped, nothing is handed over any more', () => {
    const frames = fakeFrames();
    const flushed: number[][] = [];
    const batch = frameBatch<number>((items) => flushed.push(items), frames);
    batch.push(1);
    batch.stop();
    frames.paint();
    expect(flushed).toEqual([]);
  });
});

/** OP21: a fault that lasts does not flood the log. */
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger } from './log.ts';

function logged() {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { lines, stream };
}

it('OP21 a message is said ten times in ten seconds, the next one tells how many were left out', () => {
  const { lines, stream } = logged();
  let now = 0;
  const log = createLogger('info', { pretty: false, stream, now: () => now });
  for (let i = 0; i < 100; i++) log.warn({ i }, 'again and again');
  log.warn({ i: 100 }, 'something else');
  expect(lines.map((line) => line['i'])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100]);
  now = 10_000;
  log.warn({ err: new Error('broken') }, 'again and again');
  expect(lines.at(-1)).toMatchObject({ leftOut: 90, err: { message: 'broken' } });
  log.warn({ i: 101 }, 'again and again');
  expect(lines.at(-1)).not.toHaveProperty('leftOut');
});

it('OP21 a message without facts tells it too', () => {
  const { lines, stream } = logged();
  let now = 0;
  const log = createLogger('info', { pretty: false, stream, now: () => now });
  for (let i = 0; i < 12; i++) log.error('nothing but text');
  now = 20_000;
  log.error('nothing but text');
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toMatchObject({ leftOut: 2, msg: 'nothing but text' });
});

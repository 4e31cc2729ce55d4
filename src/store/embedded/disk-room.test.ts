import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import { createDiskRoom } from './disk-room.ts';

const MB = 1024 * 1024;

it('OP20 takes nothing below the reserve, opens again well above it, and tells each once', async () => {
  const clock = createFakeClock();
  const lines: string[] = [];
  let free = 1000 * MB;
  let opened = 0;
  const disk = createDiskRoom({
    dir: '/data',
    clock,
    log: pino({}, { write: (line: string) => lines.push(line) }),
    onRoom: () => opened++,
    freeBytes: async () => free,
  });
  const after = async (bytes: number) => {
    free = bytes;
    for (let i = 0; i < 3; i++) await clock.advance(1000);
    return disk.hasRoom();
  };
  expect(await after(65 * MB)).toBe(true);
  expect(await after(63 * MB)).toBe(false);
  expect(await after(70 * MB)).toBe(false);
  expect(opened).toBe(0);
  expect(await after(97 * MB)).toBe(true);
  expect([opened, lines.length]).toEqual([1, 2]);
  disk.stop();
});

/**
 * Whether the disk of the data directory has room for more events. PostgreSQL ends itself when it cannot write its log
 * (a file of 16 MB at a time): below the reserve nothing more is taken, so that it stays up for viewers, pages and the
 * deleting that makes room.
 */
import { statfs } from 'node:fs/promises';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../log.ts';

export interface DiskRoom {
  hasRoom(): boolean;
  stop(): void;
}

const MB = 1024 * 1024;
/** What the writer holds at most, its log, and a checkpoint. */
const RESERVE_BYTES = 64 * MB;
/** Not at the same line again: a cleared megabyte would open the door for a second. */
const REOPEN_BYTES = 96 * MB;
const LOOK_EVERY_MS = 1_000;

export function createDiskRoom(o: {
  dir: string;
  clock: Clock;
  log: Logger;
  /** There is room again. */
  onRoom: () => void;
  /** For tests. */
  freeBytes?: (dir: string) => Promise<number>;
}): DiskRoom {
  const freeBytes = o.freeBytes ?? freeOf;
  let room = true;

  async function look(): Promise<void> {
    let free: number;
    try {
      free = await freeBytes(o.dir);
    } catch {
      return; // A file system that cannot tell is not full for that.
    }
    const freeMb = Math.floor(free / MB);
    if (room && free < RESERVE_BYTES) {
      room = false;
      o.log.error({ dir: o.dir, freeMb }, 'the disk is full, no events are taken until there is room');
    } else if (!room && free >= REOPEN_BYTES) {
      room = true;
      o.log.info({ dir: o.dir, freeMb }, 'the disk has room again');
      o.onRoom();
    }
  }

  void look();
  const timer = o.clock.every(LOOK_EVERY_MS, () => void look());
  return { hasRoom: () => room, stop: () => timer.cancel() };
}

async function freeOf(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

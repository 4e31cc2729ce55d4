/**
 * Reading forward from a position to the head: entries from the ring, or from the database in chunks while the socket
 * drains. The caller asks for more whenever there is room.
 */
import type { Logged } from './entry-frame.ts';
import type { FilterClass } from './filter-class.ts';
import { READ_CHUNK, type ProjectFeed } from './project-feed.ts';

/** A client that sees nothing match is told its position after so many entries. */
const MARK_ENTRIES = 512;

export type ReplayStep =
  /** No more room. */
  | { kind: 'full' }
  /** Everything up to the head of the feed has been read. */
  | { kind: 'head' }
  /** The database is being asked; `arrived` follows. */
  | { kind: 'waiting' }
  /** Retention has overtaken the position. */
  | { kind: 'lost' };

export class Replay {
  readonly #feed: ProjectFeed;
  /** Epoch ms. */
  readonly #now: () => number;
  readonly #on: { arrived: () => void; failed: (error: unknown) => void };
  #position = 0;
  #chunk: readonly Logged[] = [];
  #at = 0;
  #reading = false;
  #untold = 0;
  #lost = false;

  constructor(
    feed: ProjectFeed,
    now: () => number,
    on: { arrived: () => void; failed: (error: unknown) => void },
  ) {
    this.#feed = feed;
    this.#now = now;
    this.#on = on;
  }

  get position(): number {
    return this.#position;
  }

  start(seq: number): void {
    this.#position = seq;
    this.#chunk = [];
    this.#at = this.#untold = 0;
    this.#lost = false;
  }

  /** Hands matching frames to `add` while `room` says so. */
  read(filterClass: FilterClass, add: (bytes: Buffer) => void, room: () => boolean): ReplayStep {
    while (room()) {
      if (this.#lost) return { kind: 'lost' };
      if (this.#position >= this.#feed.head) return { kind: 'head' };
      const logged = this.#chunk[this.#at];
      if (logged === undefined) {
        if (!this.#fetch()) return { kind: 'waiting' };
        continue;
      }
      if (logged.entry.seq > this.#position + 1) return { kind: 'lost' };
      this.#at++;
      this.#position = logged.entry.seq;
      const frame = filterClass.frameOf(logged);
      if (frame !== null) {
        add(frame.bytes);
        this.#untold = 0;
      } else if (++this.#untold >= MARK_ENTRIES && filterClass.spec.mode === 1) {
        add(this.#feed.markOf(filterClass, this.#position, false, this.#now() - logged.entry.ts));
        this.#untold = 0;
      }
    }
    return { kind: 'full' };
  }

  /** true: entries are there. */
  #fetch(): boolean {
    if (this.#reading) return false;
    const from = this.#position;
    const read = this.#feed.read(from, READ_CHUNK);
    if (Array.isArray(read)) {
      this.#chunk = read;
      this.#at = 0;
      return read.length > 0;
    }
    this.#reading = true;
    read.then(
      (entries) => {
        this.#reading = false;
        // Started anew meanwhile: these entries are of another position.
        if (this.#position === from) {
          this.#chunk = entries;
          this.#at = 0;
          this.#lost = entries.length === 0;
        }
        this.#on.arrived();
      },
      (error: unknown) => {
        this.#reading = false;
        this.#on.failed(error);
      },
    );
    return false;
  }
}

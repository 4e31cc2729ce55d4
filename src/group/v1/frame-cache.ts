/**
 * Frames that were seen, bounded, the least lately used forgotten. Found by file and function, then compared field by
 * field: the strings of an event are new ones, and hashing all of a frame's together cost twice as much (20 µs an
 * event of 30 frames). Two generations as in lib/lru.ts: holds between `max` and 2 × `max` frames.
 */
import type { Frame } from '../../event.ts';

interface Entry<Known> {
  platform: string;
  filename: string | undefined;
  absPath: string | undefined;
  module: string | undefined;
  rawFunction: string | undefined;
  package: string | undefined;
  known: Known;
}

/** By file, then by function; frames that differ in neither are few. */
type Generation<Known> = Map<string, Map<string, Entry<Known>[]>>;

/** Longer frames are not worth keeping. */
const MAX_CHARS = 2048;
/** Of one file and function: someone may send ever new modules or paths. */
const MAX_ALIKE = 8;

export class FrameCache<Known> {
  readonly #max: number;
  #young: Generation<Known> = new Map();
  #old: Generation<Known> = new Map();
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** `platform` is the frame's or, where it has none, its event's. */
  get(frame: Frame, platform: string): Known | undefined {
    const young = entryIn(this.#young, frame, platform);
    if (young) return young.known;
    const old = entryIn(this.#old, frame, platform);
    if (old) this.#add(frame, old);
    return old?.known;
  }

  set(frame: Frame, platform: string, known: Known): void {
    const { filename, abs_path: absPath, module, raw_function: rawFunction, package: package_ } = frame;
    const chars = [filename, absPath, module, frame.function, rawFunction, package_];
    if (chars.reduce((sum, text) => sum + (text?.length ?? 0), 0) > MAX_CHARS) return;
    this.#add(frame, { platform, filename, absPath, module, rawFunction, package: package_, known });
  }

  #add(frame: Frame, entry: Entry<Known>): void {
    if (this.#count >= this.#max) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#count = 0;
    }
    let functions = this.#young.get(fileOf(frame));
    if (!functions) this.#young.set(fileOf(frame), (functions = new Map()));
    let alike = functions.get(frame.function ?? '');
    if (!alike) functions.set(frame.function ?? '', (alike = []));
    if (alike.push(entry) > MAX_ALIKE) alike.shift();
    else this.#count++;
  }
}

function fileOf(frame: Frame): string {
  return frame.filename ?? frame.abs_path ?? '';
}

function entryIn<Known>(
  generation: Generation<Known>,
  frame: Frame,
  platform: string,
): Entry<Known> | undefined {
  const alike = generation.get(fileOf(frame))?.get(frame.function ?? '');
  if (alike === undefined) return undefined;
  for (const entry of alike) {
    if (
      entry.module === frame.module &&
      entry.absPath === frame.abs_path &&
      entry.filename === frame.filename &&
      entry.rawFunction === frame.raw_function &&
      entry.package === frame.package &&
      entry.platform === platform
    )
      return entry;
  }
  return undefined;
}

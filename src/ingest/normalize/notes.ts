/** Collects what normalising changed: nothing is cut, removed or replaced without a note (IN30). */
import type { EventNote } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import { scrubText } from '../scrub.ts';

export type NoteReason =
  | 'too_long'
  | 'too_many'
  | 'too_deep'
  | 'too_large'
  | 'invalid'
  | 'nul'
  | 'lone_surrogate'
  | 'sensitive'
  | 'clock_drift'
  | 'out_of_range'
  | 'auto'
  | 'unknown_attribute';

export interface Notes {
  readonly list: EventNote[];
  /** `original` is kept when it is text or a number of at most 200 characters. */
  add(
    kind: EventNote['kind'],
    path: string,
    reason: NoteReason,
    about?: { length?: number; original?: unknown },
  ): void;
}

/** At most 100 notes an event: a hostile payload must not grow by what is said about it. */
export function createNotes(): Notes {
  const list: EventNote[] = [];
  return {
    list,
    add(kind, path, reason, about) {
      if (list.length >= LIMITS.notes) return;
      const note: EventNote = {
        path: path.slice(0, 200).toWellFormed().replaceAll('\u0000', ''),
        kind,
        reason,
      };
      if (about?.length !== undefined) note.original_length = about.length;
      const original = about?.original;
      if (typeof original === 'number' || typeof original === 'boolean') note.original = String(original);
      else if (typeof original === 'string' && original.length <= 200)
        note.original = scrubText(original.toWellFormed().replaceAll('\u0000', ''));
      list.push(note);
    },
  };
}

/** Which frames a stack shows, newest first: the program's own, or all; runs of hidden ones are counted. */
import type { Frame } from '../../../src/event.ts';

export type StackRow = { kind: 'frame'; frame: Frame; index: number } | { kind: 'hidden'; count: number };

export function stackRows(frames: readonly Frame[], appOnly: boolean, newestFirst: boolean): StackRow[] {
  const anyApp = frames.some((frame) => frame.in_app === true);
  const indexed = frames.map((frame, index) => ({ frame, index }));
  const ordered = newestFirst ? indexed.toReversed() : indexed;
  const rows: StackRow[] = [];
  for (const { frame, index } of ordered) {
    // A stack without any frame of the program would be empty: it is shown whole.
    const thrown = index === frames.length - 1;
    if (!appOnly || !anyApp || frame.in_app === true || thrown) {
      rows.push({ kind: 'frame', frame, index });
      continue;
    }
    const last = rows.at(-1);
    if (last?.kind === 'hidden') last.count += 1;
    else rows.push({ kind: 'hidden', count: 1 });
  }
  return rows;
}

/** The frame to open at first: the newest of the program's own, else the newest. */
export function openedFrame(frames: readonly Frame[]): number {
  const own = frames.findLastIndex((frame) => frame.in_app === true);
  return own >= 0 ? own : frames.length - 1;
}

export interface SourceLine {
  number: number | null;
  text: string;
  current: boolean;
}

export function sourceLines(frame: Frame): SourceLine[] {
  if (frame.context_line === undefined) return [];
  const before = frame.pre_context ?? [];
  const after = frame.post_context ?? [];
  const at = frame.lineno;
  const number = (offset: number) => (at === undefined ? null : at + offset);
  return [
    ...before.map((text, i) => ({ number: number(i - before.length), text, current: false })),
    { number: number(0), text: frame.context_line, current: true },
    ...after.map((text, i) => ({ number: number(i + 1), text, current: false })),
  ];
}

/** Which thread an event without an exception is about. */
import type { Thread } from '../../event.ts';

export type ThreadChoice =
  | { readonly kind: 'chosen'; readonly thread: Thread }
  | { readonly kind: 'none'; readonly hint: string };

/** Exactly one crashed, else exactly one current, else the only one. */
export function chooseThread(threads: readonly Thread[]): ThreadChoice {
  const crashed = threads.filter((thread) => thread.crashed === true);
  const current = threads.filter((thread) => thread.current === true);
  const found = [crashed, current, threads].find((list) => list.length === 1)?.[0];
  if (found) return { kind: 'chosen', thread: found };
  const hint = `ignored because does not contain exactly one crashing, one current or just one thread, instead contains ${threads.length} threads`;
  return { kind: 'none', hint };
}

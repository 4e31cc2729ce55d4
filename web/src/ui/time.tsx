/** Relative times that tick together: one interval for all of them; the absolute time is on hover. */
import { useSyncExternalStore } from 'react';
import { absoluteTime, relativeTime } from './relative-time.ts';

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (document.visibilityState === 'visible') for (const call of listeners) call();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

interface Props {
  value: string | number;
  /** `ago` adds the word, `short` is for tight columns. */
  form?: 'ago' | 'short';
  className?: string;
}

export function Time({ value, form = 'short', className }: Props) {
  const at = typeof value === 'number' ? value : Date.parse(value);
  // The snapshot is the text: a component renders again only when its words change.
  const text = useSyncExternalStore(subscribe, () => relativeTime(at, Date.now()));
  return (
    <time dateTime={new Date(at).toISOString()} title={absoluteTime(at)} className={className}>
      {form === 'ago' && text !== 'now' ? `${text} ago` : text}
    </time>
  );
}

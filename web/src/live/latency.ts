/** The latency of this page's connection, outside of React: only what shows it renders when it changes. */
import { useSyncExternalStore } from 'react';

let latencyMs: number | null = null;
const listeners = new Set<() => void>();

/** null: not known. */
export function setLatency(ms: number | null): void {
  latencyMs = ms;
  for (const listener of listeners) listener();
}

export function useLatency(): number | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => latencyMs,
  );
}

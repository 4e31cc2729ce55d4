/** Which of the shell's dialogs is open; anything may open one. */
import { useSyncExternalStore } from 'react';

export type Overlay = 'none' | 'palette' | 'keys' | 'navigation' | 'create-project';

let shown: Overlay = 'none';
const listeners = new Set<() => void>();

export function showOverlay(next: Overlay): void {
  shown = next;
  for (const listener of listeners) listener();
}

export function useOverlay(): Overlay {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}

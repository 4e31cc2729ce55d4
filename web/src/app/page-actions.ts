/** What the page that is shown can do, for the command palette. */
import { useEffect, useSyncExternalStore } from 'react';

export interface PageAction {
  label: string;
  /** The page's own shortcut. */
  key?: string;
  run: () => void;
}

const NONE: readonly PageAction[] = [];
let current: readonly PageAction[] = NONE;
const listeners = new Set<() => void>();

function set(next: readonly PageAction[]): void {
  current = next;
  for (const listener of listeners) listener();
}

/** `actions` must be kept from one rendering to the next (`useMemo`). */
export function useOfferActions(actions: readonly PageAction[]): void {
  useEffect(() => {
    set(actions);
    return () => set(NONE);
  }, [actions]);
}

export function usePageActions(): readonly PageAction[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** Toasts as a list outside of React: shown from anywhere, each for its time, the clock stands while paused. */

export interface Toast {
  readonly id: number;
  readonly title: string;
  readonly description?: string;
  readonly kind?: 'plain' | 'error';
  readonly action?: { label: string; run: () => void };
}

const SHOWN_MS = { plain: 6000, error: 9000 };
const MAX_TOASTS = 4;

let toasts: readonly Toast[] = [];
let nextId = 1;
let paused = false;
const timers = new Map<number, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function startTimer(toast: Toast): void {
  if (paused) return;
  clearTimeout(timers.get(toast.id));
  timers.set(
    toast.id,
    setTimeout(() => dismissToast(toast.id), SHOWN_MS[toast.kind ?? 'plain']),
  );
}

export function showToast(toast: Omit<Toast, 'id'>): void {
  const added: Toast = { ...toast, id: nextId };
  nextId += 1;
  for (const old of toasts.slice(0, Math.max(0, toasts.length + 1 - MAX_TOASTS))) dismissToast(old.id);
  set([...toasts, added]);
  startTimer(added);
}

export function dismissToast(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  set(toasts.filter((toast) => toast.id !== id));
}

/** While the pointer or focus is on them, toasts stay. */
export function pauseToasts(on: boolean): void {
  paused = on;
  for (const toast of toasts) {
    if (on) clearTimeout(timers.get(toast.id));
    else startTimer(toast);
  }
}

export const toastStore = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: (): readonly Toast[] => toasts,
};

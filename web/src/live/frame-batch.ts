/** Collects items and hands them over once per animation frame: 500 messages a second are 60 renders. */

export interface FrameBatch<T> {
  readonly push: (item: T) => void;
  readonly stop: () => void;
}

interface Scheduler {
  request(fn: () => void): number;
  cancel(id: number): void;
}

/** Frames stop in a hidden tab; a timer keeps the backlog bounded there. */
const HIDDEN_MS = 1000;

const frames: Scheduler = {
  request: (fn) =>
    document.visibilityState === 'visible' ? requestAnimationFrame(fn) : -setTimeout(fn, HIDDEN_MS),
  cancel: (id) => (id >= 0 ? cancelAnimationFrame(id) : clearTimeout(-id)),
};

export function frameBatch<T>(
  flush: (items: T[]) => void,
  scheduler: Scheduler = frames,
  maxItems = 5000,
): FrameBatch<T> {
  let items: T[] = [];
  let pending: number | undefined;
  const run = () => {
    pending = undefined;
    const batch = items;
    items = [];
    flush(batch);
  };
  return {
    push(item) {
      items.push(item);
      if (items.length >= maxItems) {
        if (pending !== undefined) scheduler.cancel(pending);
        run();
        return;
      }
      pending ??= scheduler.request(run);
    },
    stop() {
      if (pending !== undefined) scheduler.cancel(pending);
      pending = undefined;
      items = [];
    },
  };
}

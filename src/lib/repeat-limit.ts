/**
 * Whether a message may be said again: so many times in a window, the rest is counted and told with the next one that
 * is said. Bounded in messages: the oldest is forgotten.
 */
export type Repeat = { kind: 'say'; leftOut: number } | { kind: 'leave_out' };

const MAX_MESSAGES = 500;

export function createRepeatLimit(o: {
  perWindow: number;
  windowMs: number;
  /** Monotonic ms. */
  now: () => number;
}): (message: string) => Repeat {
  const windows = new Map<string, { since: number; said: number; leftOut: number }>();

  return (message) => {
    const now = o.now();
    const known = windows.get(message);
    if (known !== undefined && now - known.since < o.windowMs) {
      if (known.said < o.perWindow) known.said++;
      else {
        known.leftOut++;
        return { kind: 'leave_out' };
      }
      return { kind: 'say', leftOut: 0 };
    }
    windows.delete(message);
    windows.set(message, { since: now, said: 1, leftOut: 0 });
    if (windows.size > MAX_MESSAGES) {
      const oldest = windows.keys().next();
      if (!oldest.done) windows.delete(oldest.value);
    }
    return { kind: 'say', leftOut: known?.leftOut ?? 0 };
  };
}

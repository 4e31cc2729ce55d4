/** A token bucket: `perSecond` on average, `burst` at once. */
export interface RateMeter {
  take(): boolean;
}

/** `now`: monotonic milliseconds. */
export function createRateMeter(perSecond: number, burst: number, now: () => number): RateMeter {
  let tokens = burst;
  let filledAt = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
      filledAt = at;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}

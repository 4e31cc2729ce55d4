/** How long to wait before the next attempt: full jitter over 0.5 s doubling to 30 s; what the server asks for wins. */
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** `failures` since the last success, 0-based; `random` in [0, 1). */
export function reconnectDelay(failures: number, retryMs: number | null, random: () => number): number {
  if (retryMs !== null) return retryMs;
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
}

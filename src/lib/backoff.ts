/** Exponential backoff with jitter: how long to wait before try number `attempt` (0 is the first retry). */

export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
  /** A number in [0, 1); an argument so that tests decide. */
  readonly random: () => number;
}

/** Between half and all of min(cap, base × 2^attempt): parts that failed together do not come back together. */
export function backoffMs(attempt: number, { baseMs, capMs, random }: BackoffSettings): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
  return full / 2 + (full / 2) * random();
}

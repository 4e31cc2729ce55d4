/** When clients that are sent away together should come back: spread, or they would be the next node's storm. */
const SOONEST_MS = 500;
const LATEST_MS = 5000;

export function reconnectAdvice(random: () => number = Math.random): number {
  return SOONEST_MS + Math.floor(random() * (LATEST_MS - SOONEST_MS));
}

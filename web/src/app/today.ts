/** Where a day begins, for this browser. */

/** ISO 8601; the same text all day, so that it may be part of a query's key. */
export function startOfToday(now = new Date()): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}

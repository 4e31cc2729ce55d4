/**
 * Rows must not run away from under the pointer: while held, known rows keep their places (also those that leave
 * and come back), pages that load go to the end, and what is new waits. Released, the list is in its true order.
 */
interface Row {
  readonly id: string;
}

export interface HeldRows<T> {
  rows: T[];
  /** New ones that are not shown yet. */
  waiting: number;
}

/** `known`: ids in the order they were shown, those that left since among them. */
export function holdOrder<T extends Row>(known: readonly string[], sorted: readonly T[]): HeldRows<T> {
  const byId = new Map(sorted.map((row) => [row.id, row]));
  const kept = known.flatMap((id) => byId.get(id) ?? []);
  const isKnown = new Set(known);
  const lastKnown = sorted.findLastIndex((row) => isKnown.has(row.id));
  const further = sorted.filter((row, index) => !isKnown.has(row.id) && index > lastKnown);
  return { rows: [...kept, ...further], waiting: sorted.length - kept.length - further.length };
}

/**
 * Rows must not run away from under the pointer: while held, known rows keep their order and only new ones
 * come in, on top. Released, the list is in its true order again.
 */
interface Row {
  readonly id: string;
}

export function holdOrder<T extends Row>(shown: readonly string[], sorted: readonly T[]): T[] {
  const byId = new Map(sorted.map((row) => [row.id, row]));
  const kept = shown.flatMap((id) => byId.get(id) ?? []);
  const known = new Set(shown);
  const lastKnown = sorted.findLastIndex((row) => known.has(row.id));
  // What sorts behind all known rows is a further page: it goes to the end, not on top.
  const fresh = sorted.filter((row, index) => !known.has(row.id) && index < lastKnown);
  const further = sorted.filter((row, index) => !known.has(row.id) && index > lastKnown);
  return [...fresh, ...kept, ...further];
}

/** Order of sorted lists of ids and keys: by UTF-16 unit, which for hex and ASCII is the database's order too. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

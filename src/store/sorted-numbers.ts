/** Distinct, ascending: the order in which rows are locked. */
export function sortedNumbers(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

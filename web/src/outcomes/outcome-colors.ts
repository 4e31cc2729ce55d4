/** The colour of each outcome: green is kept, red is wrong. */

const COLORS: ReadonlyMap<string, string> = new Map([
  ['accepted', 'var(--series-1)'],
  ['spike', 'var(--series-6)'],
  ['filtered', 'var(--series-2)'],
  ['sampled', 'var(--series-3)'],
  ['rate_limited', 'var(--warning)'],
  ['duplicate', 'var(--line-strong)'],
  ['discarded', 'var(--faint)'],
  ['invalid', 'var(--error)'],
  ['too_large', 'var(--fatal)'],
  ['unsupported_item', 'var(--debug)'],
  ['client_report', 'var(--series-4)'],
]);

export function outcomeColor(outcome: string): string {
  return COLORS.get(outcome) ?? 'var(--line-strong)';
}

/** Outcomes by bucket of time as what the page shows: layers of the chart, and sums by outcome and reason. Pure. */
import type { OutcomeRow } from '../../../src/protocol/rest.ts';
import type { Layer } from '../charts/layer.ts';
import { outcomeLabel, OUTCOMES } from './outcome-words.ts';

export interface ReasonSum {
  outcome: string;
  reason: string;
  quantity: number;
  /** Greatest first. */
  categories: { category: string; quantity: number }[];
}

export interface OutcomeSums {
  total: number;
  /** From the bottom up; outcomes that did not happen are left out. */
  layers: Layer[];
  /** By outcome, then the most frequent first. */
  reasons: ReasonSum[];
  /** Of everything, whatever category is chosen; greatest first. */
  categories: { category: string; quantity: number }[];
}

const RANK: ReadonlyMap<string, number> = new Map(OUTCOMES.map((outcome, index) => [outcome, index]));
const rankOf = (outcome: string) => RANK.get(outcome) ?? OUTCOMES.length;

export function sumOutcomes(buckets: readonly (readonly OutcomeRow[])[], category: string): OutcomeSums {
  const events = new Map<string, number[]>();
  const reasons = new Map<string, ReasonSum & { byCategory: Map<string, number> }>();
  const categories = new Map<string, number>();
  buckets.forEach((rows, bucket) => {
    for (const row of rows) {
      add(categories, row.category, row.quantity);
      if (category !== '' && row.category !== category) continue;
      const counts = events.get(row.outcome) ?? buckets.map(() => 0);
      counts[bucket] = (counts[bucket] ?? 0) + row.quantity;
      events.set(row.outcome, counts);
      const key = `${row.outcome}/${row.reason}`;
      const { outcome, reason } = row;
      const sum = reasons.get(key) ?? { outcome, reason, quantity: 0, categories: [], byCategory: new Map() };
      sum.quantity += row.quantity;
      add(sum.byCategory, row.category, row.quantity);
      reasons.set(key, sum);
    }
  });
  const layers = stack(events, buckets.length);
  return {
    total: layers.reduce((all, { sum }) => all + sum, 0),
    layers,
    reasons: [...reasons.values()]
      .map(({ byCategory, ...sum }) => ({ ...sum, categories: greatestFirst(byCategory) }))
      .toSorted((a, b) => rankOf(a.outcome) - rankOf(b.outcome) || b.quantity - a.quantity),
    categories: greatestFirst(categories),
  };
}

function stack(events: ReadonlyMap<string, number[]>, buckets: number): Layer[] {
  const below = Array.from({ length: buckets }, () => 0);
  return [...events]
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b))
    .map(([outcome, counts]) => {
      const from = [...below];
      counts.forEach((count, bucket) => (below[bucket] = (below[bucket] ?? 0) + count));
      const sum = counts.reduce((a, b) => a + b, 0);
      return { key: outcome, name: outcome, label: outcomeLabel(outcome), sum, from, events: counts };
    });
}

function add(sums: Map<string, number>, key: string, quantity: number): void {
  sums.set(key, (sums.get(key) ?? 0) + quantity);
}

function greatestFirst(sums: ReadonlyMap<string, number>): { category: string; quantity: number }[] {
  return [...sums]
    .map(([category, quantity]) => ({ category, quantity }))
    .toSorted((a, b) => b.quantity - a.quantity);
}

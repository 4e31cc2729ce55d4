/** One layer of a stacked chart. Pure. */

export interface Layer {
  /** Unique among the layers. */
  key: string;
  label: string;
  /** null: the rest, of which only the number is known or wanted. */
  name: string | null | undefined;
  sum: number;
  /** In each bucket: what lies below it, and its own. */
  from: number[];
  events: number[];
}

/** The outline of all bars of a layer, in a box of `buckets` × `height`. */
export function barsPath({ from, events }: Layer, top: number, height: number): string {
  const gap = events.length > 150 ? 0.06 : 0.14;
  let path = '';
  events.forEach((count, i) => {
    if (count === 0) return;
    const y = height - ((from[i] ?? 0) / top) * height;
    const tall = (count / top) * height;
    path += `M${(i + gap).toFixed(2)} ${y.toFixed(2)}v-${tall.toFixed(2)}h${(1 - 2 * gap).toFixed(2)}v${tall.toFixed(2)}z`;
  });
  return path;
}

/**
 * Which of many wanted texts may occur in a text: each is filed under three letters of it, so a text is walked once,
 * however many are wanted. What is visited is a superset; the caller asks each.
 */
const GRAM = 3;

interface Bucket<T> {
  items: Set<T>;
  /** Last walk that visited it: the letters may occur again in the same text. */
  walk: number;
}

export interface TextIndex<T> {
  readonly size: number;
  /** false: the text is too short to be filed. */
  add(text: string, item: T): boolean;
  remove(item: T): void;
  /** Each item at most once. */
  visit(text: string, fn: (item: T) => void): void;
}

export function createTextIndex<T>(): TextIndex<T> {
  const buckets = new Map<number, Bucket<T>>();
  const placeOf = new Map<T, number>();
  let walk = 0;

  return {
    get size() {
      return placeOf.size;
    },
    add(text, item) {
      // Under the letters that the fewest share.
      let best: { gram: number; shared: number } | null = null;
      for (let at = 0; at + GRAM <= text.length; at++) {
        const gram = gramAt(text, at);
        const shared = buckets.get(gram)?.items.size ?? 0;
        if (best === null || shared < best.shared) best = { gram, shared };
      }
      if (best === null) return false;
      const bucket = buckets.get(best.gram) ?? { items: new Set(), walk };
      buckets.set(best.gram, bucket);
      bucket.items.add(item);
      placeOf.set(item, best.gram);
      return true;
    },
    remove(item) {
      const gram = placeOf.get(item);
      if (gram === undefined) return;
      placeOf.delete(item);
      const bucket = buckets.get(gram);
      bucket?.items.delete(item);
      if (bucket?.items.size === 0) buckets.delete(gram);
    },
    visit(text, fn) {
      // Walking costs by the letter, asking by the item.
      if (placeOf.size < text.length / 4) {
        for (const item of placeOf.keys()) fn(item);
        return;
      }
      walk++;
      for (let at = 0; at + GRAM <= text.length; at++) {
        const bucket = buckets.get(gramAt(text, at));
        if (bucket === undefined || bucket.walk === walk) continue;
        bucket.walk = walk;
        for (const item of bucket.items) fn(item);
      }
    },
  };
}

/** Different letters may have the same number: they share a bucket. */
function gramAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 31 + text.charCodeAt(at + 1)) * 31 + text.charCodeAt(at + 2);
}

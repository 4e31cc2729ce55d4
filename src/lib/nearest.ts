/** The word somebody probably meant. */

/** At most `maxEdits` letters away. */
export function nearest(name: string, candidates: readonly string[], maxEdits: number): string | undefined {
  let best: { name: string; cost: number } | undefined;
  for (const candidate of candidates) {
    const cost = editDistance(name, candidate);
    if (cost <= maxEdits && (!best || cost < best.cost)) best = { name: candidate, cost };
  }
  return best?.name;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

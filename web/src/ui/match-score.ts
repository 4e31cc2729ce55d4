/** How well a label answers what was typed: every word of it must be in the label. Pure. */

/** 0: not at all; the beginning of the label counts most, then the beginning of a word. */
export function matchScore(label: string, text: string): number {
  const target = label.toLowerCase();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let score = 1;
  for (const word of words) {
    const at = target.indexOf(word);
    if (at === -1) return 0;
    if (at === 0) score += 3;
    else if (/\W/.test(target.charAt(at - 1))) score += 2;
    else score += 1;
  }
  return score;
}

/** Those that match, best first, otherwise in their order; all when nothing was typed. */
export function bestMatches<T>(items: readonly T[], text: string, labelOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, score: matchScore(labelOf(item), text) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** `*` stands for any text; case does not matter. Linear in text and pattern, whatever either holds. */
export function createGlob(pattern: string): (text: string) => boolean {
  const matches = createCaselessGlob(pattern);
  return (text) => matches(text.toLowerCase());
}

/** The same for text that is lower case already: one text, many globs. */
export function createCaselessGlob(pattern: string): (low: string) => boolean {
  const parts = pattern.toLowerCase().split('*');
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1);
  return (low) => {
    if (parts.length === 1) return low === first;
    if (low.length < first.length + last.length || !low.startsWith(first) || !low.endsWith(last))
      return false;
    let at = first.length;
    const end = low.length - last.length;
    for (const part of middle) {
      const found = low.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

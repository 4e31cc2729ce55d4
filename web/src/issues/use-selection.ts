/** Which rows are ticked; a range extends from the last one. Rows that left the list are forgotten. */
import { useCallback, useMemo, useRef, useState } from 'react';

interface Row {
  readonly id: string;
}

const NONE: ReadonlySet<string> = new Set();

export function useSelection(rows: readonly Row[]) {
  const [chosen, setChosen] = useState(NONE);
  const anchor = useRef<string | null>(null);
  const latest = useRef(rows);
  latest.current = rows;

  const selected = useMemo(() => {
    if (chosen.size === 0) return chosen;
    return new Set(rows.filter((row) => chosen.has(row.id)).map((row) => row.id));
  }, [chosen, rows]);

  const toggle = useCallback((id: string, range: boolean) => {
    const from = latest.current.findIndex((row) => row.id === anchor.current);
    const to = latest.current.findIndex((row) => row.id === id);
    anchor.current = id;
    setChosen((old) => {
      const next = new Set(old);
      if (range && from >= 0) {
        for (const row of latest.current.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(row.id);
      } else if (!next.delete(id)) {
        next.add(id);
      }
      return next;
    });
  }, []);
  const all = useCallback(() => setChosen(new Set(latest.current.map((row) => row.id))), []);
  const clear = useCallback(() => setChosen(NONE), []);
  return { selected, toggle, all, clear };
}

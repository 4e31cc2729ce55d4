/** The order rows are shown in, how many new ones wait, and which just came in (they slide in once). */
import { useCallback, useMemo, useRef, useState } from 'react';
import { holdOrder, type HeldRows } from './hold-order.ts';

interface Row {
  readonly id: string;
}

/** More newcomers than this at once is a page that loaded, not news. */
const MAX_ENTERING = 20;

export function useHeldOrder<T extends Row>(sorted: readonly T[], held: boolean) {
  const known = useRef<string[]>(sorted.map((row) => row.id));
  const seen = useRef<Set<string>>(new Set(known.current));
  const entering = useRef<Set<string>>(new Set());
  const [releases, setReleases] = useState(0);

  // Scrolling renders each frame: thousands of rows are ordered only when they or the hold changed.
  const { rows, waiting } = useMemo<HeldRows<T>>(() => {
    const next = held ? holdOrder(known.current, sorted) : { rows: [...sorted], waiting: 0 };
    const fresh = next.rows.slice(0, MAX_ENTERING).filter((row) => !seen.current.has(row.id));
    for (const row of fresh) entering.current.add(row.id);
    for (const row of next.rows) seen.current.add(row.id);
    const shown = next.rows.map((row) => row.id);
    if (held) {
      const before = new Set(known.current);
      known.current = [...known.current, ...shown.filter((id) => !before.has(id))];
    } else {
      known.current = shown;
    }
    return next;
    // A release is a reason to order anew.
  }, [sorted, held, releases]);

  const release = useCallback(() => {
    known.current = [];
    setReleases((count) => count + 1);
  }, []);
  return { issues: rows, waiting, entered: entering.current, release };
}

/** The order rows are shown in, and which of them just came in (they slide in once). */
import { useRef } from 'react';
import { holdOrder } from './hold-order.ts';

interface Row {
  readonly id: string;
}

/** More newcomers than this at once is a page that loaded, not news. */
const MAX_ENTERING = 20;

export function useHeldOrder<T extends Row>(sorted: readonly T[], held: boolean) {
  const shown = useRef<string[]>(sorted.map((row) => row.id));
  const seen = useRef<Set<string>>(new Set(shown.current));
  const entering = useRef<Set<string>>(new Set());
  const issues = held ? holdOrder(shown.current, sorted) : [...sorted];
  const fresh = issues.slice(0, MAX_ENTERING).filter((row) => !seen.current.has(row.id));
  for (const row of fresh) entering.current.add(row.id);
  for (const row of issues) seen.current.add(row.id);
  shown.current = issues.map((row) => row.id);
  return { issues, entered: entering.current };
}

/** The tab's title: `(12) Issues · shop · Mesher`. */
import { useEffect } from 'react';

export function usePageTitle(parts: (string | undefined)[], count?: number): void {
  const title = [...parts.filter((part) => part !== undefined && part !== ''), 'Mesher'].join(' · ');
  const shown = count !== undefined && count > 0 ? `(${count}) ${title}` : title;
  useEffect(() => {
    document.title = shown;
  }, [shown]);
}

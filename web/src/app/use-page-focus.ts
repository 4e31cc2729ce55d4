/** A new page gets the focus, so that the keyboard and a screen reader go on there and not on the link before it. */
import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, type RefObject } from 'react';

export function usePageFocus(main: RefObject<HTMLElement | null>): void {
  const pathname = useLocation({ select: (location) => location.pathname });
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    // What the page has focused itself stays.
    if (main.current?.contains(document.activeElement) !== true) main.current?.focus({ preventScroll: true });
  }, [main, pathname]);
}

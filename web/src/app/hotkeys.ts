/** Single-key shortcuts of a page: never while typing, in a dialog or with a modifier. */
import { useEffect, useRef } from 'react';

export type Hotkeys = { readonly [key: string]: (event: KeyboardEvent) => void };

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('input, textarea, select') ||
    target.closest('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null
  );
}

export function useHotkeys(keys: Hotkeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const handler = latest.current[event.key];
      if (handler === undefined) return;
      // Enter on a focused button or link is that control's own.
      if (
        event.key === 'Enter' &&
        event.target instanceof HTMLElement &&
        event.target.matches('button, a[href], [role="tab"]')
      )
        return;
      event.preventDefault();
      handler(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

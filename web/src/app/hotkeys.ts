/**
 * Shortcuts of a page: `e`, or two keys in a row as `g i`. Never while typing, in a dialog or with a modifier. One
 * listener knows all of them, so that the second key of a sequence is nobody's own.
 */
import { useEffect, useRef } from 'react';

export type Hotkeys = { readonly [keys: string]: (event: KeyboardEvent) => void };

/** Time for the second key of a sequence. */
const SEQUENCE_MS = 1200;

const tables = new Set<{ current: Hotkeys }>();
let first: { key: string; at: number } | null = null;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('input:not([type="checkbox"]), textarea, select') ||
    target.closest('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null
  );
}

function handlerOf(keys: string): ((event: KeyboardEvent) => void) | undefined {
  for (const table of tables) {
    const handler = table.current[keys];
    if (handler !== undefined) return handler;
  }
  return undefined;
}

function startsSequence(key: string): boolean {
  return [...tables].some((table) => Object.keys(table.current).some((keys) => keys.startsWith(`${key} `)));
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
    return;
  const { key } = event;
  if (key === 'Shift') return;
  const before = first !== null && event.timeStamp - first.at < SEQUENCE_MS ? first.key : null;
  first = null;
  if (before === null && startsSequence(key)) {
    first = { key, at: event.timeStamp };
    return;
  }
  const handler = handlerOf(before === null ? key : `${before} ${key}`);
  if (handler === undefined) return;
  // On a focused control these are its own.
  if (
    (key === 'Enter' || key === ' ') &&
    event.target instanceof HTMLElement &&
    event.target.matches('button, a[href], input, [role="tab"]')
  )
    return;
  event.preventDefault();
  handler(event);
}

export function useHotkeys(keys: Hotkeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (tables.size === 0) document.addEventListener('keydown', onKey);
    tables.add(latest);
    return () => {
      tables.delete(latest);
      if (tables.size === 0) document.removeEventListener('keydown', onKey);
    };
  }, []);
}

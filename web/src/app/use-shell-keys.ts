/** The shortcuts that work on every page of a project. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useHotkeys, type Hotkeys } from './hotkeys.ts';
import { ALL_PAGES } from './navigation.ts';
import { showOverlay } from './overlay.ts';

export function useShellKeys(slug: string): void {
  const navigate = useNavigate();
  const goTo: Hotkeys = Object.fromEntries(
    ALL_PAGES.flatMap(({ to, key }) =>
      key === undefined ? [] : [[`g ${key}`, () => void navigate({ to, params: { slug } })]],
    ),
  );
  useHotkeys({ ...goTo, '?': () => showOverlay('keys') });
  useEffect(() => {
    // Also while typing: it is no letter.
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey
      )
        return;
      event.preventDefault();
      showOverlay('palette');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

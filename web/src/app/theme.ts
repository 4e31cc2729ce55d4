/** Light, dark or the system's; kept in this browser. Colours follow `color-scheme` (styles.css). */
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'mesher.theme';
const listeners = new Set<() => void>();

function readTheme(): Theme {
  const stored = readSetting(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** localStorage throws where the browser forbids it; a setting is then simply not kept. */
export function readSetting(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function writeSetting(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Not kept: see readSetting.
  }
}

export function applyTheme(): void {
  const theme = readTheme();
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function setTheme(theme: Theme): void {
  writeSetting(KEY, theme);
  applyTheme();
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, readTheme);
}

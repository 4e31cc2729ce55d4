/** The themes as they are offered. */
import { Monitor, Moon, Sun, type LucideIcon } from 'lucide-react';
import type { Theme } from './theme.ts';

export const THEMES: readonly { theme: Theme; label: string; icon: LucideIcon }[] = [
  { theme: 'system', label: 'System theme', icon: Monitor },
  { theme: 'light', label: 'Light theme', icon: Sun },
  { theme: 'dark', label: 'Dark theme', icon: Moon },
];

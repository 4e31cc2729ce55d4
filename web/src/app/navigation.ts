/** The pages of a project as the sidebar, the palette and the keyboard name them. */
import {
  ChartColumn,
  CircleAlert,
  KeyRound,
  Radio,
  Rocket,
  Settings,
  Users,
  type LucideIcon,
} from 'lucide-react';

export interface ProjectPage {
  to:
    | '/projects/$slug/overview'
    | '/projects/$slug/issues'
    | '/projects/$slug/live'
    | '/projects/$slug/start'
    | '/projects/$slug/settings'
    | '/projects/$slug/settings/tokens'
    | '/projects/$slug/settings/members';
  label: string;
  icon: LucideIcon;
  /** After `g`. */
  key?: string;
  /** Current only there, not below it. */
  exact?: boolean;
}

export const MAIN_PAGES: readonly ProjectPage[] = [
  { to: '/projects/$slug/overview', label: 'Overview', icon: ChartColumn, key: 'o' },
  { to: '/projects/$slug/issues', label: 'Issues', icon: CircleAlert, key: 'i' },
  { to: '/projects/$slug/live', label: 'Live', icon: Radio, key: 'l' },
];

export const SETUP_PAGES: readonly ProjectPage[] = [
  { to: '/projects/$slug/start', label: 'Send events', icon: Rocket },
  { to: '/projects/$slug/settings', label: 'Settings', icon: Settings, key: 's', exact: true },
  { to: '/projects/$slug/settings/tokens', label: 'API tokens', icon: KeyRound },
  { to: '/projects/$slug/settings/members', label: 'Members', icon: Users },
];

export const ALL_PAGES: readonly ProjectPage[] = [...MAIN_PAGES, ...SETUP_PAGES];

/** The page an address belongs to: an issue to Issues; null outside of a project. */
export function pageAt(pathname: string): ProjectPage | null {
  const path = pathname.split('/').slice(3).join('/');
  const matches = ALL_PAGES.filter(({ to }) =>
    `${path}/`.startsWith(`${to.slice('/projects/$slug/'.length)}/`),
  );
  return matches.toSorted((a, b) => b.to.length - a.to.length)[0] ?? null;
}

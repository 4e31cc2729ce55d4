/** The pages of a project as the sidebar, the palette and the keyboard name them. */
import {
  ChartColumn,
  CircleAlert,
  Filter,
  HardDrive,
  KeyRound,
  Radio,
  Rocket,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
  Signpost,
  Users,
  type LucideIcon,
} from 'lucide-react';

export interface ProjectPage {
  to:
    | '/projects/$slug/overview'
    | '/projects/$slug/issues'
    | '/projects/$slug/live'
    | '/projects/$slug/outcomes'
    | '/projects/$slug/start'
    | '/projects/$slug/settings'
    | '/projects/$slug/settings/events'
    | '/projects/$slug/settings/storage'
    | '/projects/$slug/settings/members'
    | '/projects/$slug/settings/audit-log'
    | '/projects/$slug/settings/tokens'
    | '/projects/$slug/settings/security'
    | '/projects/$slug/settings/instance';
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
  { to: '/projects/$slug/outcomes', label: 'Outcomes', icon: Signpost, key: 'w' },
  { to: '/projects/$slug/settings', label: 'Settings', icon: Settings, key: 's', exact: true },
  { to: '/projects/$slug/settings/tokens', label: 'API tokens', icon: KeyRound },
  { to: '/projects/$slug/settings/members', label: 'Members', icon: Users },
];

/** Beside each other on every settings page; those that the sidebar does not have are found by the palette. */
export const SETTINGS_PAGES: readonly (ProjectPage & { tab: string; admins?: true })[] = [
  { to: '/projects/$slug/settings', label: 'Settings', tab: 'Project', icon: Settings },
  { to: '/projects/$slug/settings/events', label: 'Event settings', tab: 'Events', icon: Filter },
  { to: '/projects/$slug/settings/storage', label: 'Storage', tab: 'Storage', icon: HardDrive },
  { to: '/projects/$slug/settings/members', label: 'Members', tab: 'Members', icon: Users },
  { to: '/projects/$slug/settings/audit-log', label: 'Audit log', tab: 'Audit log', icon: ScrollText },
  { to: '/projects/$slug/settings/tokens', label: 'API tokens', tab: 'API tokens', icon: KeyRound },
  { to: '/projects/$slug/settings/security', label: 'Security', tab: 'Security', icon: ShieldCheck },
  {
    to: '/projects/$slug/settings/instance',
    label: 'Instance',
    tab: 'Instance',
    icon: Server,
    admins: true,
  },
];

export const ALL_PAGES: readonly ProjectPage[] = [
  ...MAIN_PAGES,
  ...SETUP_PAGES,
  ...SETTINGS_PAGES.filter(({ to }) => !SETUP_PAGES.some((page) => page.to === to)),
];

/** The page an address belongs to: an issue to Issues; null outside of a project. */
export function pageAt(pathname: string): ProjectPage | null {
  const path = pathname.split('/').slice(3).join('/');
  const matches = ALL_PAGES.filter(({ to }) =>
    `${path}/`.startsWith(`${to.slice('/projects/$slug/'.length)}/`),
  );
  return matches.toSorted((a, b) => b.to.length - a.to.length)[0] ?? null;
}

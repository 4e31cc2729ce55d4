/** Sidebar on wide screens; a top bar and a tab bar on narrow ones. */
import { Link } from '@tanstack/react-router';
import { CircleAlert, KeyRound, Radio, Rocket, Settings, Users, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Project } from '../../../src/protocol/rest.ts';
import { ConnectionBadge } from '../live/connection-badge.tsx';
import { useLive } from '../live/project-live.tsx';
import { ProjectSwitcher } from '../projects/project-switcher.tsx';
import { Glyph, Logo } from '../ui/logo.tsx';
import { compactCount } from '../ui/relative-time.ts';
import { AccountMenu } from './account-menu.tsx';

type Target =
  | '/projects/$slug/issues'
  | '/projects/$slug/live'
  | '/projects/$slug/start'
  | '/projects/$slug/settings'
  | '/projects/$slug/settings/tokens'
  | '/projects/$slug/settings/members';

interface NavItem {
  to: Target;
  label: string;
  icon: LucideIcon;
  exact?: boolean;
}

const MAIN: readonly NavItem[] = [
  { to: '/projects/$slug/issues', label: 'Issues', icon: CircleAlert },
  { to: '/projects/$slug/live', label: 'Live', icon: Radio },
];
const SETUP: readonly NavItem[] = [
  { to: '/projects/$slug/start', label: 'Send events', icon: Rocket },
  { to: '/projects/$slug/settings', label: 'Settings', icon: Settings, exact: true },
  { to: '/projects/$slug/settings/tokens', label: 'API tokens', icon: KeyRound },
  { to: '/projects/$slug/settings/members', label: 'Members', icon: Users },
];

interface Props {
  project: Project;
  projects: readonly Project[];
  children: ReactNode;
}

export function Shell({ project, projects, children }: Props) {
  const { state } = useLive();
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      <aside className="hidden w-57 shrink-0 flex-col border-r border-line bg-bg md:flex">
        <div className="flex h-13 items-center px-4">
          <Link to="/" aria-label="Mesher home">
            <Logo />
          </Link>
        </div>
        <div className="px-2.5">
          <ProjectSwitcher project={project} projects={projects} />
        </div>
        <nav aria-label="Project" className="mt-3 flex flex-1 flex-col gap-0.5 px-2.5">
          {MAIN.map((item) => (
            <SideLink key={item.to} item={item} project={project} />
          ))}
          <div className="mt-5 mb-1 px-2.5 text-xs font-medium text-faint">Set-up</div>
          {SETUP.map((item) => (
            <SideLink key={item.to} item={item} project={project} />
          ))}
        </nav>
        <div className="flex items-center justify-between border-t border-line py-2 pr-2 pl-4">
          <ConnectionBadge state={state} />
          <AccountMenu side="top" />
        </div>
      </aside>
      <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-bg px-3 md:hidden">
        <Glyph size={24} />
        <div className="min-w-0 flex-1">
          <ProjectSwitcher project={project} projects={projects} />
        </div>
        <ConnectionBadge state={state} />
        <AccountMenu side="bottom" />
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="flex min-h-0 min-w-0 flex-1 flex-col bg-panel focus-visible:outline-none"
      >
        {children}
      </main>
      <nav
        aria-label="Sections"
        className="flex shrink-0 justify-around border-t border-line bg-bg pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {[...MAIN, ...SETUP.slice(0, 2)].map(({ to, label, icon: Icon, exact }) => (
          <Link
            key={to}
            to={to}
            params={{ slug: project.slug }}
            activeOptions={{ exact: exact ?? false, includeSearch: false }}
            className="flex flex-1 flex-col items-center gap-0.5 py-2 text-xs text-muted aria-[current=page]:text-accent"
          >
            <Icon size={18} aria-hidden="true" />
            {label}
          </Link>
        ))}
      </nav>
    </div>
  );
}

function SideLink({ item: { to, label, icon: Icon, exact }, project }: { item: NavItem; project: Project }) {
  const counted = to === '/projects/$slug/issues' && project.unresolved > 0;
  return (
    <Link
      to={to}
      params={{ slug: project.slug }}
      activeOptions={{ exact: exact ?? false, includeSearch: false }}
      aria-label={counted ? `${label}, ${project.unresolved} unresolved` : label}
      className="flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-active aria-[current=page]:text-text"
    >
      <Icon size={16} aria-hidden="true" className="shrink-0" />
      <span className="flex-1">{label}</span>
      {counted && (
        <span
          data-testid="unresolved-count"
          className="rounded-full bg-line px-1.75 text-xs leading-5 font-semibold text-muted tabular-nums"
        >
          {compactCount(project.unresolved)}
        </span>
      )}
    </Link>
  );
}

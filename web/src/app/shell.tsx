/** The frame of a project's pages: a sidebar on wide screens; a bar above, tabs below and a drawer on narrow ones. */
import { Link } from '@tanstack/react-router';
import { Menu as MenuIcon, Search, WifiOff } from 'lucide-react';
import { useRef, type ReactNode } from 'react';
import type { Project } from '../../../src/protocol/rest.ts';
import { ConnectionBadge } from '../live/connection-badge.tsx';
import type { ConnectionState } from '../live/connection-state.ts';
import { useLive } from '../live/project-live.tsx';
import { ProjectSwitcher } from '../projects/project-switcher.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Keys } from '../ui/keys.tsx';
import { Glyph, Logo } from '../ui/logo.tsx';
import { AccountMenu } from './account-menu.tsx';
import { MAIN_PAGES } from './navigation.ts';
import { showOverlay } from './overlay.ts';
import { ShellOverlays } from './shell-overlays.tsx';
import { SideNav } from './side-nav.tsx';
import { usePageFocus } from './use-page-focus.ts';
import { useShellKeys } from './use-shell-keys.ts';

interface Props {
  project: Project;
  children: ReactNode;
}

export function Shell({ project, children }: Props) {
  const { state } = useLive();
  const main = useRef<HTMLElement>(null);
  usePageFocus(main);
  useShellKeys(project.slug);
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      <aside className="hidden w-57 shrink-0 flex-col border-r border-line bg-bg md:flex">
        <div className="flex h-13 shrink-0 items-center px-4">
          <Link to="/" aria-label="Mesher home">
            <Logo />
          </Link>
        </div>
        <div className="space-y-1.5 px-2.5">
          <ProjectSwitcher project={project} />
          <button
            type="button"
            onClick={() => showOverlay('palette')}
            className="flex h-8 w-full items-center gap-2.5 rounded-md px-2.5 text-muted hover:bg-hover hover:text-text"
          >
            <Search size={16} aria-hidden="true" />
            <span className="flex-1 text-left">Search</span>
            <Keys keys="Ctrl K" />
          </button>
        </div>
        <div className="mt-2 flex min-h-0 flex-1 flex-col overflow-y-auto px-2.5 py-1">
          <SideNav project={project} />
        </div>
        <div className="flex shrink-0 items-center justify-between border-t border-line py-2 pr-2 pl-4">
          <ConnectionBadge state={state} side="top" />
          <AccountMenu side="top" />
        </div>
      </aside>
      <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line bg-bg px-2 md:hidden">
        <button
          type="button"
          aria-label="Open navigation"
          aria-haspopup="dialog"
          onClick={() => showOverlay('navigation')}
          className={buttonClass('ghost', 'icon')}
        >
          <Glyph size={22} />
        </button>
        <div className="min-w-0 flex-1">
          <ProjectSwitcher project={project} />
        </div>
        <ConnectionBadge state={state} align="end" className="px-1" />
        <button
          type="button"
          aria-label="Search"
          onClick={() => showOverlay('palette')}
          className={buttonClass('ghost', 'icon')}
        >
          <Search size={17} aria-hidden="true" />
        </button>
        <AccountMenu side="bottom" />
      </header>
      <main
        id="main"
        ref={main}
        tabIndex={-1}
        className="flex min-h-0 min-w-0 flex-1 flex-col bg-panel focus-visible:outline-none"
      >
        <LostConnection state={state} />
        {children}
      </main>
      <nav
        aria-label="Sections"
        className="flex shrink-0 justify-around border-t border-line bg-bg pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {MAIN_PAGES.map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            params={{ slug: project.slug }}
            activeOptions={{ includeSearch: false }}
            className={`${TAB} aria-[current=page]:text-accent`}
          >
            <Icon size={18} aria-hidden="true" />
            {label}
          </Link>
        ))}
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => showOverlay('navigation')}
          className={TAB}
        >
          <MenuIcon size={18} aria-hidden="true" />
          More
        </button>
      </nav>
      <ShellOverlays project={project} />
    </div>
  );
}

const TAB = 'flex flex-1 flex-col items-center gap-0.5 py-2 text-xs text-muted';

/** What is shown is what was known: said as long as nothing new can come. */
function LostConnection({ state }: { state: ConnectionState }) {
  if (state !== 'offline' && state !== 'unauthorised') return null;
  return (
    <div
      role="alert"
      className="flex shrink-0 items-center gap-2 border-b border-line bg-warning/10 px-3 py-1.5 text-sm sm:px-5"
    >
      <WifiOff size={14} aria-hidden="true" className="shrink-0 text-warning" />
      {state === 'offline' ? (
        <span>The server cannot be reached. What you see may be old; this page tries again by itself.</span>
      ) : (
        <span>
          You are signed out.{' '}
          <a href="/sign-in" className="font-medium text-accent underline">
            Sign in again
          </a>{' '}
          to go on.
        </span>
      )}
    </div>
  );
}

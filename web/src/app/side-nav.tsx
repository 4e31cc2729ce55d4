/** The pages of a project, one under the other: in the sidebar, and in the drawer of a narrow screen. */
import { Link } from '@tanstack/react-router';
import type { Project } from '../../../src/protocol/rest.ts';
import { compactCount } from '../ui/relative-time.ts';
import { MAIN_PAGES, SETUP_PAGES, type ProjectPage } from './navigation.ts';

interface Props {
  project: Project;
  onNavigate?: () => void;
}

export function SideNav({ project, onNavigate }: Props) {
  const link = (page: ProjectPage) => (
    <SideLink key={page.to} page={page} project={project} {...(onNavigate && { onNavigate })} />
  );
  return (
    <nav aria-label="Project" className="flex flex-1 flex-col gap-0.5">
      {MAIN_PAGES.map(link)}
      <div className="mt-5 mb-1 px-2.5 text-xs font-medium text-faint">Set-up</div>
      {SETUP_PAGES.map(link)}
    </nav>
  );
}

function SideLink({
  page: { to, label, icon: Icon, exact, key },
  project,
  onNavigate,
}: Props & { page: ProjectPage }) {
  const counted = to === '/projects/$slug/issues' && project.unresolved > 0;
  return (
    <Link
      to={to}
      params={{ slug: project.slug }}
      activeOptions={{ exact: exact ?? false, includeSearch: false }}
      aria-keyshortcuts={key === undefined ? undefined : `g ${key}`}
      onClick={onNavigate}
      className="relative flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-active aria-[current=page]:text-text max-md:h-11"
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
      {counted && <span className="sr-only"> unresolved</span>}
    </Link>
  );
}

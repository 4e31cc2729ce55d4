/** The project shown, and the way to another or a new one. */
import { useNavigate } from '@tanstack/react-router';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Project } from '../../../src/protocol/rest.ts';
import { DEFAULT_FILTER } from '../live/issue-filter.ts';
import { classNames } from '../ui/class-names.ts';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { CreateProject } from './create-project.tsx';

interface Props {
  project: Project;
  projects: readonly Project[];
}

export function ProjectSwitcher({ project, projects }: Props) {
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const open = (slug: string) =>
    void navigate({ to: '/projects/$slug/issues', params: { slug }, search: DEFAULT_FILTER });
  return (
    <>
      <Menu
        label={`Project: ${project.name}`}
        triggerClassName="flex h-9 w-full items-center gap-2 rounded-md border border-transparent px-2.5 text-left hover:bg-hover md:border-line md:bg-panel"
        trigger={
          <>
            <ProjectMark name={project.name} />
            <span className="min-w-0 flex-1 truncate font-medium">{project.name}</span>
            <ChevronsUpDown size={14} aria-hidden="true" className="text-faint" />
          </>
        }
      >
        {projects.map((candidate) => (
          <MenuItem key={candidate.id} onSelect={() => open(candidate.slug)}>
            <ProjectMark name={candidate.name} />
            <span className="min-w-0 flex-1 truncate">{candidate.name}</span>
            {candidate.unresolved > 0 && (
              <span className="text-sm text-faint tabular-nums">{candidate.unresolved}</span>
            )}
            <Check
              size={14}
              aria-hidden="true"
              className={classNames('text-accent', candidate.id !== project.id && 'invisible')}
            />
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem onSelect={() => setCreating(true)}>
          <Plus size={15} aria-hidden="true" className="text-faint" />
          Create project
        </MenuItem>
      </Menu>
      <CreateProject open={creating} onOpenChange={setCreating} />
    </>
  );
}

function ProjectMark({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="flex size-5 shrink-0 items-center justify-center rounded bg-accent/15 text-xs font-bold text-accent"
    >
      {name.charAt(0).toUpperCase()}
    </span>
  );
}

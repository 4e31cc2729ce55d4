/** The project shown, and the way to another or a new one. */
import { ChevronsUpDown } from 'lucide-react';
import { lazy } from 'react';
import type { Project } from '../../../src/protocol/rest.ts';
import { OpenedOnce } from '../ui/opened-once.tsx';
import { ProjectMark } from './project-mark.tsx';

const load = () => import('./project-picker.tsx');
const ProjectPicker = lazy(async () => ({ default: (await load()).ProjectPicker }));

export function ProjectSwitcher({ project }: { project: Project }) {
  const button = {
    label: `Project: ${project.name}`,
    triggerClassName:
      'flex h-9 w-full items-center gap-2 rounded-md border border-transparent px-2.5 text-left hover:bg-hover md:border-line md:bg-panel',
    trigger: (
      <>
        <ProjectMark name={project.name} />
        <span className="min-w-0 flex-1 truncate font-medium">{project.name}</span>
        <ChevronsUpDown size={14} aria-hidden="true" className="text-faint" />
      </>
    ),
  };
  return (
    <OpenedOnce {...button} popup="dialog" load={load}>
      <ProjectPicker {...button} current={project} />
    </OpenedOnce>
  );
}

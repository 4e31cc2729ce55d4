/** The opened switcher: all projects with their unresolved issues, found by typing. */
import { useQuery } from '@tanstack/react-query';
import { Check, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Project } from '../../../src/protocol/rest.ts';
import { showOverlay } from '../app/overlay.ts';
import { projectsQuery } from '../app/queries.ts';
import { bestMatches } from '../ui/match-score.ts';
import { PickList, type PickItem } from '../ui/pick-list.tsx';
import { OpenedPopover } from '../ui/popover.tsx';
import { ProjectMark } from './project-mark.tsx';
import { useGoToProject } from './use-go-to-project.ts';

interface Props {
  label: string;
  trigger: ReactNode;
  triggerClassName: string;
  current: Project;
}

export function ProjectPicker({ current, ...button }: Props) {
  return (
    <OpenedPopover {...button} className="max-h-[min(70vh,26rem)] w-72">
      {(close) => <Projects current={current} close={close} />}
    </OpenedPopover>
  );
}

function Projects({ current, close }: { current: Project; close: () => void }) {
  const goToProject = useGoToProject();
  const { data: projects = [] } = useQuery(projectsQuery);
  const [text, setText] = useState('');
  const items = bestMatches(projects, text, ({ name }) => name).map((project): PickItem => ({
    id: `project-${project.id}`,
    label: project.name,
    icon: <ProjectMark name={project.name} />,
    aside: (
      <>
        {project.unresolved > 0 && (
          <span className="text-sm text-faint tabular-nums">{project.unresolved.toLocaleString('en')}</span>
        )}
        {project.id === current.id && <Check size={14} className="text-accent" aria-label="(shown)" />}
      </>
    ),
    run() {
      close();
      goToProject(project.slug);
    },
  }));
  const create: PickItem = {
    id: 'create',
    label: 'Create project',
    icon: <Plus size={15} aria-hidden="true" className="mx-0.5 text-faint" />,
    run() {
      close();
      showOverlay('create-project');
    },
  };
  return (
    <PickList
      label="Projects"
      placeholder="Find a project"
      text={text}
      onText={setText}
      groups={[
        { title: 'Projects', items },
        { title: 'More', items: [create] },
      ]}
      empty="No project is called that."
    />
  );
}

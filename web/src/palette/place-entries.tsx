/** Pages of the project, and the other projects. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Project } from '../../../src/protocol/rest.ts';
import { ALL_PAGES } from '../app/navigation.ts';
import { projectsQuery } from '../app/queries.ts';
import { ProjectMark } from '../projects/project-mark.tsx';
import { useGoToProject } from '../projects/use-go-to-project.ts';
import { Keys } from '../ui/keys.tsx';
import type { PickGroup } from '../ui/pick-list.tsx';

export function usePlaceEntries(project: Project, done: () => void): PickGroup[] {
  const navigate = useNavigate();
  const goToProject = useGoToProject();
  const { data: projects = [] } = useQuery(projectsQuery);
  return [
    {
      title: 'Go to',
      items: ALL_PAGES.map(({ to, label, icon: Icon, key }) => ({
        id: to,
        label,
        icon: <Icon size={15} aria-hidden="true" className="shrink-0 text-faint" />,
        aside: key !== undefined && <Keys keys={`g ${key}`} />,
        run() {
          done();
          void navigate({ to, params: { slug: project.slug } });
        },
      })),
    },
    {
      title: 'Projects',
      items: projects
        .filter(({ id }) => id !== project.id)
        .map(({ id, slug, name }) => ({
          id: `project-${id}`,
          label: name,
          icon: <ProjectMark name={name} />,
          run() {
            done();
            goToProject(slug);
          },
        })),
    },
  ];
}

/** The frame of a project's pages: navigation, live connection, content. */
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ProjectLive } from '../live/project-live.tsx';
import { NotFoundPage } from './error-pages.tsx';
import { LAST_PROJECT } from './home-page.tsx';
import { projectsQuery } from './queries.ts';
import { Shell } from './shell.tsx';
import { writeSetting } from './theme.ts';

export function ProjectLayout() {
  const { slug } = useParams({ from: '/session/projects/$slug' });
  const { data: projects } = useSuspenseQuery(projectsQuery);
  const project = projects.find((candidate) => candidate.slug === slug || candidate.id === slug);
  const found = project?.slug;
  useEffect(() => {
    if (found !== undefined) writeSetting(LAST_PROJECT, found);
  }, [found]);
  if (project === undefined) return <NotFoundPage />;
  return (
    <ProjectLive key={project.id} project={project}>
      <Shell project={project}>
        <Outlet />
      </Shell>
    </ProjectLive>
  );
}

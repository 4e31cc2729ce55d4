/** `/`: to the project visited last, else the first one; without any, to make one. */
import { useSuspenseQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { DEFAULT_FILTER } from '../live/issue-filter.ts';
import { Button } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';
import { EmptyState } from '../ui/states.tsx';
import { projectsQuery } from './queries.ts';
import { readSetting } from './theme.ts';
import { CreateProject } from '../projects/create-project.tsx';

export const LAST_PROJECT = 'mesher.project';

export function HomePage() {
  const { data: projects } = useSuspenseQuery(projectsQuery);
  const [creating, setCreating] = useState(false);
  const last = readSetting(LAST_PROJECT);
  const project = projects.find(({ slug }) => slug === last) ?? projects[0];
  if (project !== undefined) {
    return project.first_event_at === null && project.unresolved === 0 ? (
      <Navigate to="/projects/$slug/start" params={{ slug: project.slug }} replace />
    ) : (
      <Navigate to="/projects/$slug/issues" params={{ slug: project.slug }} search={DEFAULT_FILTER} replace />
    );
  }
  return (
    <main className="pt-10">
      <EmptyState icon={<Logo size={28} />} title="No projects yet">
        <p className="mb-5">A project is one program that sends its errors here.</p>
        <Button kind="primary" onClick={() => setCreating(true)}>
          Create project
        </Button>
      </EmptyState>
      <CreateProject open={creating} onOpenChange={setCreating} />
    </main>
  );
}

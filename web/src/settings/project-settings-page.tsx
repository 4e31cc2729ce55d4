/** `/projects/:slug/settings`: its name, its keys, and how it groups. */
import { usePageTitle } from '../app/page-title.ts';
import { useLive } from '../live/project-live.tsx';
import { GroupingCard } from './grouping-card.tsx';
import { ProjectCard } from './project-card.tsx';
import { ProjectKeys } from './project-keys.tsx';
import { SettingsFrame } from './settings-frame.tsx';
import { mayAdminister, useRole } from './use-role.ts';

export function ProjectSettingsPage() {
  const { project } = useLive();
  const may = mayAdminister(useRole(project.organization_slug));
  usePageTitle(['Settings', project.name], project.unresolved);
  return (
    <SettingsFrame title="Settings" note={project.name}>
      <ProjectCard project={project} may={may} />
      <ProjectKeys slug={project.slug} may={may} />
      <GroupingCard slug={project.slug} may={may} />
    </SettingsFrame>
  );
}

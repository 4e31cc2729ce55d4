/** `/projects/:slug/settings/events`: which events are kept, how many, and what is removed from them. */
import { useQuery } from '@tanstack/react-query';
import { usePageTitle } from '../app/page-title.ts';
import { projectSettingsQuery } from '../app/settings-queries.ts';
import { useLive } from '../live/project-live.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { FiltersCard } from './filters-card.tsx';
import { LimitsCard } from './limits-card.tsx';
import { ScrubCard } from './scrub-card.tsx';
import { SettingsFrame } from './settings-frame.tsx';
import { mayAdminister, useRole } from './use-role.ts';

export function IntakePage() {
  const { project } = useLive();
  const { data, error, refetch } = useQuery(projectSettingsQuery(project.slug));
  const may = mayAdminister(useRole(project.organization_slug));
  usePageTitle(['Event settings', project.name], project.unresolved);
  const { slug } = project;
  return (
    <SettingsFrame title="Events" note={project.name}>
      {error !== null && data === undefined && <ErrorState error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton className="h-96 w-full" />}
      {data !== undefined && (
        <>
          {/* Saved elsewhere: what is typed here starts anew. */}
          <FiltersCard key={JSON.stringify(data.filters)} slug={slug} saved={data.filters} may={may} />
          <ScrubCard key={JSON.stringify(data.scrub)} slug={slug} saved={data.scrub} may={may} />
          <LimitsCard
            key={JSON.stringify([
              data.sample_rate,
              data.rate_limit,
              data.spike_protection,
              data.allowed_origins,
            ])}
            slug={slug}
            saved={data}
            may={may}
          />
        </>
      )}
    </SettingsFrame>
  );
}

/** `/projects/:slug/issues/:id`: an issue on a page of its own. */
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { usePageTitle } from '../app/page-title.ts';
import { issueQuery } from '../app/queries.ts';
import { useLive } from '../live/project-live.tsx';
import { IssueView } from './issue-view.tsx';

export function IssuePage() {
  const { project } = useLive();
  const { issueId } = useParams({ from: '/session/projects/$slug/issues/$issueId' });
  const { event = null } = useSearch({ from: '/session/projects/$slug/issues/$issueId' });
  const { data: issue } = useQuery(issueQuery(issueId));
  usePageTitle([issue?.title, project.name], project.unresolved);
  return <IssueView issueId={issueId} pinned={event} />;
}

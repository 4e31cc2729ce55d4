/** The members of the project's organization. */
import { useQuery } from '@tanstack/react-query';
import { initials } from '../app/account-menu.tsx';
import { usePageTitle } from '../app/page-title.ts';
import { membersQuery } from '../app/queries.ts';
import { useLive } from '../live/project-live.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { Card, SettingsFrame } from './settings-frame.tsx';

export function MembersPage() {
  usePageTitle(['Members']);
  const { project } = useLive();
  const members = useQuery(membersQuery(project.organization_slug));
  return (
    <SettingsFrame title="Members" note={project.organization_slug}>
      <Card title="Members" lead="Everyone here sees all projects of the organization.">
        {members.isPending && <Skeleton className="m-4 h-12" />}
        {members.isError && <ErrorState error={members.error} onRetry={() => void members.refetch()} />}
        <ul aria-label="Members" className="divide-y divide-line">
          {members.data?.map((member) => (
            <li key={member.user_id} className="flex items-center gap-3 px-4 py-3">
              <span
                aria-hidden="true"
                className="flex size-8 items-center justify-center rounded-full bg-accent/15 text-xs font-semibold text-accent"
              >
                {initials(member.name || member.email)}
              </span>
              <div className="min-w-0 flex-1">
                <div className="truncate font-medium">{member.name || member.email}</div>
                <div className="truncate text-sm text-muted">{member.email}</div>
              </div>
              <span className="rounded bg-line px-2 text-sm text-muted">{member.role}</span>
            </li>
          ))}
        </ul>
      </Card>
    </SettingsFrame>
  );
}

/** `/projects/:slug/settings/members`: who belongs to the project's organization, and who is invited. */
import { usePageTitle } from '../app/page-title.ts';
import { useLive } from '../live/project-live.tsx';
import { InvitationsCard } from './invitations-card.tsx';
import { MembersCard } from './members-card.tsx';
import { SettingsFrame } from './settings-frame.tsx';
import { mayAdminister, useRole } from './use-role.ts';

export function MembersPage() {
  usePageTitle(['Members']);
  const { project } = useLive();
  const organization = project.organization_slug;
  const role = useRole(organization);
  return (
    <SettingsFrame title="Members" note={organization}>
      <MembersCard organization={organization} role={role} />
      {mayAdminister(role) && <InvitationsCard organization={organization} isOwner={role === 'owner'} />}
    </SettingsFrame>
  );
}

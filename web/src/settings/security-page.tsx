/** `/projects/:slug/settings/security`: the viewer's password, second factor and sessions. */
import { useQuery } from '@tanstack/react-query';
import { usePageTitle } from '../app/page-title.ts';
import { meQuery } from '../app/queries.ts';
import { PasswordCard } from './password-card.tsx';
import { SessionsCard } from './sessions-card.tsx';
import { SettingsFrame } from './settings-frame.tsx';
import { TwoFactorCard } from './two-factor-card.tsx';

export function SecurityPage() {
  usePageTitle(['Security']);
  const { data: me } = useQuery(meQuery);
  return (
    <SettingsFrame title="Security" {...(me !== undefined && { note: me.email })}>
      <PasswordCard />
      {me !== undefined && <TwoFactorCard isOn={me.two_factor} />}
      <SessionsCard />
    </SettingsFrame>
  );
}

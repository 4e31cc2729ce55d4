/** Theme and sign-out, on the account's initials. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { KeyRound, LogOut, Users } from 'lucide-react';
import { useLive } from '../live/project-live.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { meQuery } from './queries.ts';
import { signOut } from './sign-out.ts';
import { setTheme, useTheme } from './theme.ts';
import { THEMES } from './themes.ts';

export function initials(name: string): string {
  const [first = '', second = ''] = name.trim().split(/[\s@]+/);
  return `${first.charAt(0)}${second.charAt(0)}`.toUpperCase() || '?';
}

export function AccountMenu({ side }: { side: 'top' | 'bottom' }) {
  const navigate = useNavigate();
  const { project } = useLive();
  const params = { slug: project.slug };
  const { data: me } = useQuery(meQuery);
  const current = useTheme();
  const name = me === undefined ? '' : me.name || me.email;
  return (
    <Menu
      label="Account and theme"
      align="end"
      side={side}
      triggerClassName="flex size-7.5 items-center justify-center rounded-full bg-accent/15 text-xs font-semibold text-accent hover:bg-accent/25"
      trigger={initials(name)}
    >
      <div className="px-2.5 py-1.5">
        <div className="font-medium">{name}</div>
        {me !== undefined && me.name !== '' && <div className="text-sm text-muted">{me.email}</div>}
      </div>
      <MenuSeparator />
      {THEMES.map(({ theme, label, icon: Icon }) => (
        <MenuItem key={theme} onSelect={() => setTheme(theme)}>
          <Icon size={15} aria-hidden="true" className={theme === current ? 'text-accent' : 'text-faint'} />
          <span className={theme === current ? 'font-medium' : undefined}>{label}</span>
          {theme === current && <span className="sr-only">(chosen)</span>}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => void navigate({ to: '/projects/$slug/settings/tokens', params })}>
        <KeyRound size={15} aria-hidden="true" className="text-faint" />
        API tokens
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/projects/$slug/settings/members', params })}>
        <Users size={15} aria-hidden="true" className="text-faint" />
        Members
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()}>
        <LogOut size={15} aria-hidden="true" className="text-faint" />
        Sign out
      </MenuItem>
    </Menu>
  );
}

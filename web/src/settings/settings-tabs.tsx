/** The pages of the settings, by what they are about: the project, its organization, the account, the instance. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { SETTINGS_PAGES } from '../app/navigation.ts';
import { meQuery } from '../app/queries.ts';

export function SettingsTabs({ slug }: { slug: string }) {
  const { data: me } = useQuery(meQuery);
  return (
    <nav
      aria-label="Settings"
      className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-2 py-1.5 sm:px-4"
    >
      {SETTINGS_PAGES.filter((page) => page.admins !== true || me?.is_instance_admin === true).map(
        ({ to, tab }) => (
          <Link
            key={to}
            to={to}
            params={{ slug }}
            activeOptions={{ exact: true, includeSearch: false }}
            className="rounded-md px-2.5 py-1 text-sm font-medium whitespace-nowrap text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-active aria-[current=page]:text-text"
          >
            {tab}
          </Link>
        ),
      )}
    </nav>
  );
}

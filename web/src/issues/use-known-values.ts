/** Names and values the completion of a search offers, from what the project has received. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { environmentsQuery, membersQuery, meQuery, releasesQuery, tagSumsQuery } from '../app/queries.ts';
import { useLive } from '../live/project-live.tsx';
import type { Completion, Suggestion } from './query-suggestions.ts';

/** Nothing is asked for while `completion` is null. */
export function useKnownValues(completion: Completion | null): readonly Suggestion[] {
  const { project } = useLive();
  const { key = null, source = null } = completion?.wants ?? {};
  const names = completion !== null && source === 'tag' && (key === null || key === 'has');
  const tagKey = source === 'tag' && !names ? (key?.replace(/^tags\./, '') ?? null) : null;
  const { data: me } = useQuery(meQuery);
  const environments = useQuery({
    ...environmentsQuery(project.slug),
    enabled: source === 'environment',
  }).data;
  const releases = useQuery({ ...releasesQuery(project.slug), enabled: source === 'release' }).data;
  const members = useQuery({ ...membersQuery(project.organization_slug), enabled: source === 'member' }).data;
  const tags = useQuery({
    ...tagSumsQuery(project.slug, tagKey),
    enabled: names || tagKey !== null,
  }).data;

  return useMemo(() => {
    const plain = (text: string): Suggestion => ({ text, label: text, note: '' });
    switch (source) {
      case 'environment':
        return environments?.map(plain) ?? [];
      case 'release':
        return releases?.map(plain) ?? [];
      case 'member':
        return [
          { text: 'me', label: 'me', note: me?.name ?? '' },
          ...(members ?? [])
            .filter((member) => member.user_id !== me?.id)
            .map(({ user_id, name, email }) => ({ text: user_id, label: name || email, note: email })),
        ];
      case 'tag':
        if (names) return tags?.map((tag) => plain(tag.key)) ?? [];
        return (
          tags
            ?.find((tag) => tag.key === tagKey)
            ?.values.map(({ value, events }) => ({
              text: value,
              label: value,
              note: `${events.toLocaleString('en')} events`,
            })) ?? []
        );
      case null:
        return [];
      default:
        return source satisfies never;
    }
  }, [source, names, tagKey, environments, releases, members, tags, me]);
}

/** Issues by their id, or by words of their title and messages. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Issue, Project } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { LevelMark } from '../ui/level.tsx';
import type { PickItem } from '../ui/pick-list.tsx';

/** Typing pauses this long before the server is asked. */
const SETTLE_MS = 180;
const SHOWN = 6;

export function useIssueEntries(
  project: Project,
  text: string,
  done: () => void,
): { items: PickItem[]; busy: boolean } {
  const navigate = useNavigate();
  const settled = useSettled(text);
  const { data, isFetching } = useQuery({
    queryKey: ['palette-issues', project.slug, settled],
    queryFn: () => findIssues(project.slug, settled),
    enabled: settled !== '',
    staleTime: 10_000,
  });
  const asked = text !== '';
  const items = (asked && settled === text ? (data ?? []) : []).map((issue) => ({
    id: `issue-${issue.id}`,
    label: issue.title,
    icon: <LevelMark level={issue.level} />,
    aside: (
      <span className="shrink-0 text-xs text-faint">
        {issue.status === 'unresolved' ? '' : `${issue.status} · `}#{issue.id}
      </span>
    ),
    run() {
      done();
      void navigate({ to: '/issues/$issueId', params: { issueId: issue.id } });
    },
  }));
  return { items, busy: asked && (isFetching || settled !== text) };
}

async function findIssues(slug: string, text: string): Promise<Issue[]> {
  const id = /^#?(\d{1,18})$/.exec(text)?.[1];
  // The text as it stands: no syntax of the search in it.
  const query = `"${text.replaceAll(/["\\]/g, ' ')}"`;
  const [byId, { items }] = await Promise.all([
    id === undefined ? null : api.issue(id).catch(() => null),
    api.issues(slug, { query, since: '90d', limit: SHOWN }),
  ]);
  if (byId === null) return items;
  return [byId, ...items.filter((issue) => issue.id !== byId.id)];
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

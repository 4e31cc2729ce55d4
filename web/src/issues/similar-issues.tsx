/** Issues that are perhaps the same as this one: merged with one click, or told apart for good. Nothing while there is none. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Issue } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { similarQuery } from '../app/queries.ts';
import { Section } from '../events/section.tsx';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { Time } from '../ui/time.tsx';
import { showToast } from '../ui/toast-store.ts';
import { headline } from './issue-row.tsx';
import { useIssueCommands } from './use-issue-commands.ts';

export function SimilarIssues({ issue }: { issue: Issue }) {
  const { project } = useLive();
  const commands = useIssueCommands();
  const client = useQueryClient();
  const { data } = useQuery(similarQuery(issue.id));
  const merge = useMutation({ mutationFn: (other: Issue) => commands.mergeInto(issue, [other]) });
  const refresh = () => client.invalidateQueries({ queryKey: similarQuery(issue.id).queryKey });
  const restore = useMutation({
    mutationFn: (other: Issue) => api.restoreSimilar(issue.id, [other.id]),
    onSuccess: refresh,
    onError: (error) => showToast({ title: 'That did not work', description: error.message, kind: 'error' }),
  });
  const dismiss = useMutation({
    mutationFn: (other: Issue) => api.dismissSimilar(issue.id, [other.id]),
    async onSuccess(_result, other) {
      showToast({
        title: 'Not the same',
        description: other.title,
        action: { label: 'Undo', run: () => restore.mutate(other) },
      });
      await refresh();
    },
  });
  const busy = merge.isPending || dismiss.isPending;
  if (data === undefined || data.length === 0) return null;
  return (
    <Section title="Perhaps the same" note={String(data.length)}>
      <ul aria-label="Perhaps the same" className="space-y-3">
        {data.map(({ issue: other, shared_frames: shared, frames }) => {
          const { strong, rest } = headline(other);
          return (
            <li key={other.id}>
              <Link
                to="/projects/$slug/issues/$issueId"
                params={{ slug: project.slug, issueId: other.id }}
                className="block truncate rounded hover:underline"
                title={other.title}
              >
                <span className="font-medium">{strong}</span> <span className="text-muted">{rest}</span>
              </Link>
              <p className="text-sm text-faint">
                {other.event_count.toLocaleString('en')} {other.event_count === 1 ? 'event' : 'events'}
                {' · '}
                <Time value={other.last_seen} form="ago" />
                {' · '}
                {shared} of {frames} frames shared
              </p>
              <div className="mt-1.5 flex gap-1.5">
                <Button size="sm" disabled={busy} onClick={() => merge.mutate(other)}>
                  Merge into this
                </Button>
                <Button size="sm" kind="ghost" disabled={busy} onClick={() => dismiss.mutate(other)}>
                  Not the same
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
      {dismiss.error !== null && <p className="mt-2 text-sm text-error">{dismiss.error.message}</p>}
    </Section>
  );
}

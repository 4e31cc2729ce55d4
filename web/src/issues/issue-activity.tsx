/** Who did what to the issue. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { api } from '../app/api.ts';
import { activityQuery, membersQuery, meQuery } from '../app/queries.ts';
import { Section } from '../events/section.tsx';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { activityWords } from './activity-words.ts';

export function IssueActivity({ issueId }: { issueId: string }) {
  const { project } = useLive();
  const { data } = useQuery(activityQuery(issueId));
  const { data: me } = useQuery(meQuery);
  const { data: members } = useQuery(membersQuery(project.organization_slug));
  const nameOf = (userId: string) => {
    if (userId === me?.id) return 'you';
    const member = members?.find((one) => one.user_id === userId);
    return member === undefined ? 'someone' : member.name || member.email;
  };
  return (
    <Section title="Activity">
      {data === undefined && <Skeleton className="h-10 w-full" />}
      {data?.length === 0 && <p className="text-muted">Nothing yet.</p>}
      <CommentForm issueId={issueId} />
      <ol aria-label="Activity" className="space-y-2">
        {data?.map((item) => (
          <li key={item.id} className="flex items-baseline gap-2">
            <span
              className="mt-2 size-1.5 shrink-0 self-start rounded-full bg-line-strong"
              aria-hidden="true"
            />
            <span className="min-w-0 flex-1 break-words">
              <span className="font-medium">
                {item.by === null ? 'Mesher' : item.by.name || item.by.email}
              </span>{' '}
              <span className="text-muted">{activityWords(item, nameOf)}</span>
              {typeof item.data['text'] === 'string' && (
                <span className="mt-1 block rounded-lg border border-line bg-sunken/50 px-3 py-2 whitespace-pre-wrap">
                  {item.data['text']}
                </span>
              )}
            </span>
            <Time value={item.at} form="ago" className="shrink-0 text-sm text-faint" />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function CommentForm({ issueId }: { issueId: string }) {
  const [text, setText] = useState('');
  const client = useQueryClient();
  const comment = useMutation({
    mutationFn: () => api.comment(issueId, text),
    async onSuccess() {
      setText('');
      await client.invalidateQueries({ queryKey: activityQuery(issueId).queryKey });
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    comment.mutate();
  };
  return (
    <form onSubmit={submit} className="mb-3 flex items-start gap-2">
      <textarea
        aria-label="Comment"
        placeholder="Comment (Ctrl Enter sends)"
        rows={1}
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && text.trim() !== '') submit(event);
        }}
        className="field-sizing-content max-h-60 min-h-8.5 min-w-0 flex-1 rounded-md border border-line-strong bg-panel px-2.5 py-1.5"
      />
      <Button type="submit" disabled={text.trim() === '' || comment.isPending}>
        Send
      </Button>
    </form>
  );
}

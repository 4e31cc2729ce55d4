/** Who did what to the issue. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api } from '../app/api.ts';
import { activityQuery } from '../app/queries.ts';
import { Section } from '../events/section.tsx';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';

const WORDS: Record<string, string> = {
  new: 'first seen',
  first_seen: 'first seen',
  resolved: 'resolved this issue',
  unresolved: 'reopened this issue',
  archived: 'archived this issue',
  regressed: 'regressed: an event arrived after it was resolved',
  assigned: 'changed the assignee',
  priority: 'changed the priority',
  comment: 'commented',
  merged: 'merged issues into this one',
  unmerged: 'took this issue apart',
  told_apart: 'said that a similar issue is not the same',
  told_apart_undone: 'took back that a similar issue is not the same',
  escalated: 'brought it back: many more events than usual',
};

export function IssueActivity({ issueId }: { issueId: string }) {
  const { data } = useQuery(activityQuery(issueId));
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
              <span className="text-muted">{WORDS[item.kind] ?? item.kind.replaceAll('_', ' ')}</span>
              {typeof item.data['text'] === 'string' && <span>: {item.data['text']}</span>}
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    comment.mutate();
  };
  return (
    <form onSubmit={submit} className="mb-3 flex items-start gap-2">
      <textarea
        aria-label="Comment"
        placeholder="Comment"
        rows={1}
        maxLength={10_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="min-h-8.5 min-w-0 flex-1 rounded-md border border-line-strong bg-panel px-2.5 py-1.5"
      />
      <Button type="submit" disabled={text.trim() === '' || comment.isPending}>
        Send
      </Button>
    </form>
  );
}

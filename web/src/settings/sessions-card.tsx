/** Where the viewer is signed in; each session can be ended, or all others at once. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Session } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { sessionsQuery } from '../app/settings-queries.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/lazy-dialog.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { showToast } from '../ui/toast-store.ts';
import { browserWords } from './browser-words.ts';
import { Card } from './settings-frame.tsx';

export function SessionsCard() {
  const client = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const [endingAll, setEndingAll] = useState(false);
  const changed = () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  const failed = (error: Error) => showToast({ title: error.message, kind: 'error' });
  const end = useMutation({ mutationFn: api.endSession, onSuccess: changed, onError: failed });
  const endOthers = useMutation({
    mutationFn: api.endOtherSessions,
    onSuccess: async () => {
      showToast({ title: 'Signed out everywhere else' });
      await changed();
    },
    onError: failed,
  });
  const others = sessions.data?.some(({ current }) => !current) === true;
  return (
    <Card
      title="Sessions"
      lead="Where you are signed in. End what you do not know, then change your password."
      action={
        others && (
          <Button kind="danger" size="sm" onClick={() => setEndingAll(true)}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      {sessions.isPending && <Skeleton className="m-4 h-12" />}
      {sessions.isError && <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />}
      <ul aria-label="Sessions" className="divide-y divide-line">
        {sessions.data?.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            pending={end.isPending}
            onEnd={() => end.mutate(session.id)}
          />
        ))}
      </ul>
      <ConfirmDialog
        open={endingAll}
        onOpenChange={setEndingAll}
        title="Sign out everywhere else?"
        description="Every browser but this one has to sign in again. API tokens go on working."
        confirm="Sign out"
        onConfirm={() => endOthers.mutate()}
      />
    </Card>
  );
}

interface RowProps {
  session: Session;
  pending: boolean;
  onEnd: () => void;
}

function SessionRow({ session: { user_agent, ip, created_at, current }, pending, onEnd }: RowProps) {
  const browser = browserWords(user_agent);
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <div className="truncate font-medium" title={user_agent ?? undefined}>
          {browser}
          {current && <span className="font-normal text-accent"> · this one</span>}
        </div>
        <div className="truncate text-sm text-faint">
          {ip !== null && `${ip}, `}signed in <Time value={created_at} form="ago" />
        </div>
      </div>
      {!current && (
        <Button kind="danger" size="sm" disabled={pending} aria-label={`End ${browser}`} onClick={onEnd}>
          End
        </Button>
      )}
    </li>
  );
}

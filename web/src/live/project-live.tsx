/**
 * The project's own live connection: issue changes and counts for whatever page is shown. Pages name the
 * issues they show (`useWatch`).
 */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createContext, use, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { followProject, type StreamConnection } from '../../../src/client/stream-client.ts';
import type { Project } from '../../../src/protocol/rest.ts';
import { showToast } from '../ui/toast-store.ts';
import { useConnection, type ConnectionState } from './connection-state.ts';
import { frameBatch } from './frame-batch.ts';
import { setLatency } from './latency.ts';
import { isIssueMessage, type StreamMessage } from './messages.ts';
import { pageLink } from './page-link.ts';
import { recentChanges } from './recent-changes.ts';
import { keepFresh, refetchNewlyWatched, refetchProject, writeCache } from './write-cache.ts';

interface Live {
  project: Project;
  state: ConnectionState;
  watch: (ids: readonly string[]) => void;
}

const Context = createContext<Live | null>(null);
/** The server's limit of a watch list. */
const MAX_WATCHED = 200;

export function ProjectLive({ project, children }: { project: Project; children: ReactNode }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { state, report } = useConnection();
  const stream = useRef<StreamConnection>(undefined);
  const { id, slug } = project;

  useEffect(() => {
    const openIssue = (issueId: string) =>
      void navigate({ to: '/projects/$slug/issues/$issueId', params: { slug, issueId } });
    const recent = recentChanges();
    const stopKeeping = keepFresh(client, { id, slug }, recent.all);
    let subscribed = false;
    const batch = frameBatch<StreamMessage>((messages) => {
      recent.add(messages.filter(isIssueMessage));
      writeCache(client, { id, slug }, messages);
      announceRegressions(messages, openIssue);
      // What was fetched before the subscription began may lack what happened in between.
      if (!subscribed && messages.some((message) => message.type === 'subscribed')) {
        subscribed = true;
        refetchProject(client, slug);
      }
    });
    stream.current = followProject(pageLink, {
      projectId: id,
      scope: 'issues',
      payload: 'full',
      onMessage: batch.push,
      onState(next) {
        // What was measured says nothing about a connection that is being opened.
        if (next === 'connecting') setLatency(null);
        report(next);
      },
      onLatency: setLatency,
    });
    return () => {
      setLatency(null);
      stream.current?.close();
      stopKeeping();
      batch.stop();
    };
  }, [client, navigate, report, id, slug]);

  const watched = useRef<ReadonlySet<string>>(new Set());
  const live = useMemo<Live>(
    () => ({
      project,
      state,
      watch(shown) {
        const ids = shown.slice(0, MAX_WATCHED);
        const fresh = ids.filter((issueId) => !watched.current.has(issueId));
        watched.current = new Set(ids);
        stream.current?.watch(ids);
        if (fresh.length > 0) refetchNewlyWatched(client, slug, fresh);
      },
    }),
    [client, slug, project, state],
  );
  return <Context value={live}>{children}</Context>;
}

function announceRegressions(messages: readonly StreamMessage[], openIssue: (id: string) => void): void {
  const regressed = messages.filter(isIssueMessage).filter(({ action }) => action === 'regressed');
  for (const message of regressed.slice(-3)) {
    showToast({
      title: 'Issue regressed',
      description: message.data.title,
      action: { label: 'Open', run: () => openIssue(message.issue_id) },
    });
  }
}

export function useLive(): Live {
  const live = use(Context);
  if (live === null) throw new Error('useLive outside of a project');
  return live;
}

/** Scrolling changes the list quickly: the server is told this often at most. */
const WATCH_EVERY_MS = 150;

/** Asks for the counters of these issues; the client repeats the request when it reconnects. */
export function useWatch(ids: readonly string[]): void {
  const { watch } = useLive();
  const key = ids.join(',');
  const latest = useRef({ watch, key });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = { watch, key };
  });
  useEffect(() => {
    // A timer that runs already takes the newest list along; starting it anew could go on for ever.
    if (key === '' || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      if (latest.current.key !== '') latest.current.watch(latest.current.key.split(','));
    }, WATCH_EVERY_MS);
  }, [key]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}

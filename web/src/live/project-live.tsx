/**
 * The project's own live connection: issue changes and counts for whatever page is shown. Pages name the
 * issues they show (`useWatch`).
 */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Project } from '../../../src/protocol/rest.ts';
import { connectStream, type StreamConnection } from '../../../src/client/stream-client.ts';
import { showToast } from '../ui/toast-store.ts';
import { nextConnection, type ConnectionState } from './connection-state.ts';
import { frameBatch } from './frame-batch.ts';
import { isIssueMessage, type StreamMessage } from './messages.ts';
import { writeCache } from './write-cache.ts';

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
  const [state, setState] = useState<ConnectionState>('connecting');
  const stream = useRef<StreamConnection>(undefined);
  const { id, slug } = project;

  useEffect(() => {
    const openIssue = (issueId: string) =>
      void navigate({ to: '/projects/$slug/issues/$issueId', params: { slug, issueId } });
    const batch = frameBatch<StreamMessage>((messages) => {
      writeCache(client, { id, slug }, messages);
      announceRegressions(messages, openIssue);
    });
    stream.current = connectStream({
      url: location.origin,
      projectId: id,
      scope: 'issues',
      payload: 'full',
      onMessage: batch.push,
      onState: (next) => setState((before) => nextConnection(before, next)),
    });
    return () => {
      stream.current?.close();
      batch.stop();
    };
  }, [client, navigate, id, slug]);

  const live = useMemo<Live>(
    () => ({
      project,
      state,
      watch: (ids) => stream.current?.watch(ids.slice(0, MAX_WATCHED)),
    }),
    [project, state],
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

/** Asks for the counters of these issues while the component is shown. */
export function useWatch(ids: readonly string[]): void {
  const { watch, state } = useLive();
  const key = ids.join(',');
  useEffect(() => {
    if (state !== 'live' || key === '') return undefined;
    // Scrolling changes the list quickly; the server only needs where it came to rest.
    const timer = setTimeout(() => watch(key.split(',')), 150);
    return () => clearTimeout(timer);
  }, [key, watch, state]);
}

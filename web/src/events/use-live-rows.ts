/** The live page's own subscription: what arrives, in rows; filters go to the server, pause keeps the position. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { followProject, type StreamConnection } from '../../../src/client/stream-client.ts';
import type { RatesMessage } from '../../../src/protocol/down.ts';
import type { Page, Project } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { useConnection, type ConnectionState } from '../live/connection-state.ts';
import { frameBatch } from '../live/frame-batch.ts';
import {
  addRows,
  fillDropped,
  MAX_ROWS,
  rowOfDropped,
  rowOfMessage,
  rowOfResync,
  rowOfSummary,
  type LeftOut,
  type LiveRow,
} from '../live/live-rows.ts';
import { isEventMessage, type StreamMessage } from '../live/messages.ts';
import { pageLink } from '../live/page-link.ts';
import { streamFilters, type StreamFilter } from '../live/stream-filter.ts';

/** Shown before the first live event. */
const BACKLOG = 50;
/** Rows slide in one by one; more than this in a frame would only flicker. */
const CALM = 4;
/** Most that one page of the log holds. */
const PAGE = 100;
/** Kept by the server while this page is paused or slow. */
const BUFFER = 1000;

/** States in which `rates` keep coming. */
const SPOKEN: ReadonlySet<ConnectionState> = new Set(['live', 'degraded', 'paused', 'behind']);

export interface LiveRows {
  rows: readonly LiveRow[];
  state: ConnectionState;
  /** The last second, as the server counted it; null while no connection says. */
  rates: RatesMessage | null;
  error: string | null;
  pause: () => void;
  resume: () => void;
  clear: () => void;
  load: (dropped: LeftOut) => Promise<void>;
}

export function useLiveRows(project: Project, filter: StreamFilter): LiveRows {
  const [rows, setRows] = useState<readonly LiveRow[]>([]);
  const [rates, setRates] = useState<RatesMessage | null>(null);
  const { state, report } = useConnection();
  const [error, setError] = useState<string | null>(null);
  const stream = useRef<StreamConnection>(undefined);
  const epoch = useRef('');
  const { id, slug } = project;
  const { q } = filter;

  useEffect(() => {
    let gone = false;
    setRows([]);
    setError(null);
    setRates(null);
    let lookedBack = false;
    // What happened before, below whatever comes meanwhile; asked for once subscribed, so that there is no gap.
    const lookBack = async () => {
      const { items } = await api.events(slug, { query: q, limit: BACKLOG });
      if (gone) return;
      const before = items.map(rowOfSummary);
      setRows((old) => [...old, ...before.filter((row) => old.every(({ key }) => key !== row.key))]);
    };
    const batch = frameBatch<StreamMessage>((messages) => {
      const fresh: LiveRow[] = [];
      for (const message of messages) {
        if (isEventMessage(message)) fresh.push(rowOfMessage(message, messages.length <= CALM));
        else if (message.type === 'dropped') fresh.push(rowOfDropped(message));
        else if (message.type === 'resync') fresh.push(rowOfResync(message));
        else if (message.type === 'rates') setRates(message);
        else if (message.type === 'error') setError(message.message);
        else if (message.type === 'subscribed') {
          epoch.current = message.cursor.split('.')[0] ?? '';
          if (!lookedBack) lookBack().catch(() => undefined);
          lookedBack = true;
        }
      }
      if (fresh.length > 0) setRows((old) => addRows(old, fresh));
    });
    stream.current = followProject(pageLink, {
      projectId: id,
      scope: 'events',
      payload: 'full',
      buffer: BUFFER,
      rates: true,
      filters: streamFilters({ q }),
      onMessage: batch.push,
      onState: report,
    });
    return () => {
      gone = true;
      stream.current?.close();
      batch.stop();
    };
  }, [id, slug, q, report]);

  const load = useCallback(
    async (dropped: LeftOut) => {
      const loaded: LiveRow[] = [];
      let since: string | null = `${epoch.current}.${dropped.from - 1}`;
      while (since !== null && loaded.length < MAX_ROWS) {
        const page: Page<StreamMessage> = await api.log(slug, {
          ...streamFilters({ q }),
          since,
          until: `${epoch.current}.${dropped.to}`,
          limit: PAGE,
        });
        loaded.push(...page.items.filter(isEventMessage).map((message) => rowOfMessage(message, false)));
        since = page.next;
      }
      setRows((old) => fillDropped(old, rowOfDropped(dropped).key, loaded));
    },
    [slug, q],
  );

  return {
    rows,
    state,
    rates: SPOKEN.has(state) ? rates : null,
    error,
    pause: useCallback(() => stream.current?.pause(), []),
    resume: useCallback(() => stream.current?.resume(), []),
    clear: useCallback(() => setRows([]), []),
    load,
  };
}

/** The client's state as a person reads it: connecting again after a loss is being offline, a short catch-up is nothing. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { StreamState } from '../../../src/client/stream-client.ts';

export type ConnectionState = StreamState | 'offline';

function nextConnection(before: ConnectionState, state: StreamState): ConnectionState {
  return state === 'connecting' && before !== 'connecting' ? 'offline' : state;
}

/** Each change of a subscription is `behind` for a moment: only one that lasts is worth a word. */
const BEHIND_SHOWN_AFTER_MS = 400;

export function useConnection(): { state: ConnectionState; report: (state: StreamState) => void } {
  const [state, setState] = useState<ConnectionState>('connecting');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const report = useCallback((next: StreamState) => {
    clearTimeout(timer.current);
    const show = () => setState((before) => nextConnection(before, next));
    if (next === 'behind') timer.current = setTimeout(show, BEHIND_SHOWN_AFTER_MS);
    else show();
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { state, report };
}

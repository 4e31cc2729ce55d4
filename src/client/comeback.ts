/** The network is back, or the tab is looked at again: no reason to wait any longer. */
interface EventHost {
  addEventListener?: (type: string, listener: () => void) => void;
  removeEventListener?: (type: string, listener: () => void) => void;
}

/** Nothing in Node; in a worker only the network. Returns how to stop. */
export function onComeback(listener: () => void): () => void {
  const host: EventHost & { document?: EventHost & { visibilityState?: string } } = globalThis as EventHost;
  const shown = () => {
    if (host.document?.visibilityState === 'visible') listener();
  };
  host.addEventListener?.('online', listener);
  host.document?.addEventListener?.('visibilitychange', shown);
  return () => {
    host.removeEventListener?.('online', listener);
    host.document?.removeEventListener?.('visibilitychange', shown);
  };
}

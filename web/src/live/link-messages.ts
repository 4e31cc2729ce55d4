/** What a tab and the worker that holds the connection say to each other. */
import type { LinkEvent, SubscribeFields } from '../../../src/client/stream-link.ts';

/** `seat`: a number that the tab chose for one subscription. */
export type TabMessage =
  /** Once, first. The tab holds this Web Lock for as long as it lives. */
  | { readonly kind: 'hello'; readonly lock: string }
  | { readonly kind: 'join'; readonly seat: number }
  | { readonly kind: 'subscribe'; readonly seat: number; readonly fields: SubscribeFields }
  | { readonly kind: 'leave'; readonly seat: number }
  /** So many messages more have been handled. */
  | { readonly kind: 'ack'; readonly seat: number; readonly count: number }
  | { readonly kind: 'wake' }
  | { readonly kind: 'renew' };

export type WorkerMessage =
  /** The worker holds this Web Lock for as long as it lives. */
  | { readonly kind: 'welcome'; readonly lock: string }
  | { readonly kind: 'event'; readonly seat: number; readonly event: LinkEvent };

/** A tab acknowledges every so many messages, and all when its connection was lost. */
export const ACK_EVERY = 100;

/** The latency that the shell shows is at most this old. */
export const PING_MS = 15_000;

/** One end of a message channel. */
export interface LinkChannel<In, Out> {
  post(message: Out): void;
  listen(listener: (message: In) => void): void;
  close(): void;
}

export function channelOf<In, Out>(port: MessagePort): LinkChannel<In, Out> {
  return {
    post: (message) => port.postMessage(message),
    listen(listener) {
      port.addEventListener('message', (event: MessageEvent<In>) => listener(event.data));
      port.start();
    },
    close: () => port.close(),
  };
}

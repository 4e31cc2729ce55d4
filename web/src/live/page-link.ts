/** The connection to the stream of this page: shared with the other tabs, where the browser can. */
import { onComeback } from '../../../src/client/comeback.ts';
import { openLink, type StreamLink } from '../../../src/client/stream-link.ts';
import { lifeLocks } from './life-lock.ts';
import { channelOf, PING_MS } from './link-messages.ts';
import { createSharedLink } from './shared-link.ts';

const LINGER_MS = 1000;

const ownLink = () => openLink({ url: location.origin, lingerMs: LINGER_MS, pingMs: PING_MS });

function create(): StreamLink {
  const locks = lifeLocks();
  // Typed as present; absent in Chrome on Android.
  if (locks === null || !('SharedWorker' in globalThis)) return ownLink();
  return createSharedLink({
    locks,
    ownLink,
    onComeback,
    connect(onFailure) {
      const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), {
        type: 'module',
        name: 'mesher stream',
      });
      worker.addEventListener('error', onFailure);
      return channelOf(worker.port);
    },
  });
}

export const pageLink = create();

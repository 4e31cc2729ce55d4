/** The worker that all tabs of a browser share: it holds their one connection to the stream. */
import { openLink } from '../../../src/client/stream-link.ts';
import { lifeLocks } from './life-lock.ts';
import { createLinkHost } from './link-host.ts';
import { channelOf, PING_MS } from './link-messages.ts';

/** Going from page to page leaves no tab for a moment. */
const LINGER_MS = 3000;

const locks = lifeLocks();
if (locks !== null) {
  const host = createLinkHost({
    open: () => openLink({ url: location.origin, lingerMs: LINGER_MS, pingMs: PING_MS }),
    locks,
  });
  addEventListener('connect', (event) => {
    const [port] = event instanceof MessageEvent ? event.ports : [];
    if (port !== undefined) host.attach(channelOf(port));
  });
}

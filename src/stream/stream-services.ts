/** What both transports share: the ports, the hub, who may listen; and how a session begins. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { AuthResult } from '../viewer.ts';
import type { Access } from './access.ts';
import type { Authenticate, RedeemStreamToken } from './authorise.ts';
import type { Hub } from './hub.ts';
import { PING_MS, Session } from './session.ts';
import type { Sink } from './sink.ts';
import { COMMANDS, MAX_MESSAGE_BYTES } from './stream-limits.ts';
import { MAX_REPLAY, MAX_SUBSCRIPTIONS, type SubscribeDeps } from './subscribe.ts';
import { COMMAND_LIMITS } from '../protocol/up.ts';
import type { Mode, Transport } from './wire.ts';

export interface StreamServices extends SubscribeDeps {
  hub: Hub;
  access: Access;
  authenticate: Authenticate;
  authenticateToken: (token: string) => Promise<AuthResult>;
  redeemStreamToken: RedeemStreamToken;
  originAllowed: (req: IncomingMessage) => boolean;
  /** false: shutting down, or not able to tell who may listen. */
  takesStreams: () => boolean;
  nextConnection: () => string;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}

export function openSession(
  services: StreamServices,
  how: { mode: Mode; transport: Transport; sink: Sink },
): Session {
  const id = services.nextConnection();
  const session = new Session({
    ...how,
    id,
    clock: services.clock,
    metrics: services.metrics,
    viewer: null,
    onFailure: (error) => services.log.warn({ err: error, conn: id }, 'a stream failed'),
    onClosed(closed) {
      services.access.forget(closed);
      services.hub.removeSession(closed);
    },
  });
  services.hub.addSession(session);
  return session;
}

export function tellHello(services: StreamServices, session: Session): void {
  const { viewer } = session;
  session.tell({
    type: 'hello',
    v: 1,
    conn: session.id,
    ping_ms: PING_MS,
    limits: {
      message_bytes: MAX_MESSAGE_BYTES,
      commands_per_second: COMMANDS.perSecond,
      subscriptions: MAX_SUBSCRIPTIONS,
      buffer: COMMAND_LIMITS.buffer.max,
      replay: MAX_REPLAY,
    },
    auth: viewer === null ? null : { kind: viewer.kind, expires_at: viewer.expiresAt },
  });
}

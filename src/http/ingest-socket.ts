/** The handshake of `WS /ingest` by `ws`; what is said on the socket is the business of `ingest`. */
import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import type { UpgradeRoute } from './listener.ts';

export function createIngestSocket(options: {
  path: string;
  maxMessageBytes: number;
  serve(socket: WebSocket, req: IncomingMessage): void;
}): UpgradeRoute & { close(): void } {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
  });
  return {
    name: 'ingest socket',
    matches: (pathname) => pathname === options.path || pathname === `${options.path}/`,
    handle(req, socket, head) {
      server.handleUpgrade(req, socket, head, (ws) => options.serve(ws, req));
    },
    /** 1001: going away. A sender keeps what was not answered and sends it again. */
    close() {
      for (const ws of server.clients) ws.close(1001, 'the server is stopping');
    },
  };
}

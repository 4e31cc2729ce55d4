/**
 * The one HTTP port: a dispatch table for requests and upgrades, first match wins, and a drain that lets requests
 * in flight end. What each path does is the handlers' business; `server.ts` fills the table.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { MesherError } from '../errors.ts';
import type { Logger } from '../log.ts';

/** Every way in. Who gets through each is walked by test/system/doors.test.ts, which fails on one that it does not know. */
export const DOORS = {
  http: ['ingest', 'probes', 'stream', 'rest', 'web'],
  upgrade: ['stream', 'ingest socket'],
} as const;

export interface HttpRoute {
  name: (typeof DOORS.http)[number];
  matches(pathname: string, req: IncomingMessage): boolean;
  handle(req: IncomingMessage, res: ServerResponse, url: URL): void | Promise<void>;
}

export interface UpgradeRoute {
  name: (typeof DOORS.upgrade)[number];
  matches(pathname: string): boolean;
  handle(req: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void | Promise<void>;
}

export interface ListenerOptions {
  host: string;
  port: number;
  routes: readonly HttpRoute[];
  upgrades: readonly UpgradeRoute[];
  log: Logger;
}

export interface Listener {
  /** Resolves with the port that is listened on. Rejects with what the person at the terminal can do about it. */
  listen(): Promise<number>;
  /** Stops accepting, ends idle connections, waits for requests in flight, at most `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

export function createListener(options: ListenerOptions): Listener {
  const { routes, upgrades, log } = options;
  const server: Server = createServer({
    // Slow headers are cut here; a stalled body is the business of ingest, which knows its limits.
    headersTimeout: 10_000,
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16 * 1024,
    connectionsCheckingInterval: 2_000,
  });

  // A client that ends its side once it has sent everything (HTTP/1.0, `nc -N`) is still there to be answered. Without
  // this node drops the request's connection, and what was stored looks refused. A property, not yet an option.
  Object.assign(server, { httpAllowHalfOpen: true });

  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    void dispatch(req, res);
  });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    void upgrade(req, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });

  async function dispatch(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = parseUrl(req);
    if (!url) {
      res.writeHead(400, { 'Content-Type': 'text/plain', Connection: 'close' }).end('bad request target');
      return;
    }
    const route = routes.find((candidate) => candidate.matches(url.pathname, req));
    try {
      if (route) await route.handle(req, res, url);
      else res.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
    } catch (error) {
      log.error({ err: error, route: route?.name }, 'request failed');
      if (res.headersSent) res.destroy();
      else
        res
          .writeHead(500, { 'Content-Type': 'application/json' })
          .end(
            '{"error":{"code":"internal","message":"Mesher failed to handle this.","hint":"The log of the server says more."}}',
          );
    }
  }

  async function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = parseUrl(req);
    const route = url && upgrades.find((candidate) => candidate.matches(url.pathname));
    socket.on('error', () => socket.destroy());
    if (!url || !route) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    try {
      await route.handle(req, socket, head, url);
    } catch (error) {
      log.error({ err: error, route: route.name }, 'upgrade failed');
      socket.destroy();
    }
  }

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        const fail = (error: NodeJS.ErrnoException) => reject(explain(error, options));
        server.once('error', fail);
        server.listen(options.port, options.host, () => {
          server.off('error', fail);
          server.on('error', (error) => log.error({ err: error }, 'listener failed'));
          resolve((server.address() as AddressInfo).port);
        });
      }),
    drain: (timeoutMs) =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), timeoutMs);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function explain(error: NodeJS.ErrnoException, { host, port }: ListenerOptions): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new MesherError('unavailable', `Port ${port} is in use.`, {
        hint: 'End the other program, or set MESHER_PORT to a free port.',
        cause: error,
      });
    case 'EACCES':
      return new MesherError('unavailable', `Port ${port} may not be used by this user.`, {
        hint: 'Set MESHER_PORT to 1024 or above.',
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new MesherError('unavailable', `This machine has no address ${host}.`, {
        hint: 'Set MESHER_HOST to one of its addresses, or to 0.0.0.0 for all.',
        cause: error,
      });
    default:
      return error;
  }
}

/** null when the target is no URL. The host is irrelevant to dispatch and may be hostile: a fixed one is used. */
function parseUrl(req: IncomingMessage): URL | null {
  const target = req.url ?? '/';
  // `//api//1` would be read as a host; SDKs behind careless proxies send it, and it means the path.
  return URL.parse(`http://mesher.invalid${target.startsWith('/') ? '' : '/'}${target}`);
}

/**
 * A TCP proxy before PostgreSQL that loses one commit: it cuts the connection either before the commit reaches the
 * server or after the server has done it but before the client hears of it. It can also refuse everything.
 */
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  url: string;
  /** Commits lost so far: a test that never went through the proxy proves nothing. */
  cuts(): number;
  /** The next commit is lost; `after`: the server did it. */
  cutNextCommit(when: 'before' | 'after'): void;
  /** Cuts everything and takes no connection until `false`. */
  refuse(on: boolean): void;
  close(): Promise<void>;
}

export async function createCuttingProxy(targetUrl: string): Promise<CuttingProxy> {
  const target = new URL(targetUrl);
  // The embedded server listens on a Unix socket only: `?host=<folder>`, as libpq writes it.
  const socketDir = target.searchParams.get('host');
  const port = Number(target.searchParams.get('port') ?? target.port);
  const sockets = new Set<Socket>();
  let cut: 'before' | 'after' | null = null;
  let refusing = false;
  let cuts = 0;
  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream =
      socketDir === null ? connect(port, target.hostname) : connect(`${socketDir}/.s.PGSQL.${port}`);
    let cutOnAnswer = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (cut !== null && chunk.includes('commit\0')) {
        const when = cut;
        cut = null;
        cuts += 1;
        if (when === 'before') {
          client.destroy();
          return;
        }
        cutOnAnswer = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (cutOnAnswer) client.destroy();
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(targetUrl);
  url.search = '';
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' && address ? address.port : 0);
  const cutAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: url.href,
    cuts: () => cuts,
    cutNextCommit(when) {
      cut = when;
    },
    refuse(on) {
      refusing = on;
      if (on) cutAll();
    },
    async close() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

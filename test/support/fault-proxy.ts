/**
 * A TCP proxy before the server that breaks the network in the ways networks break: it stalls, resets, forgets a
 * connection without a word (half-open), and cuts what passes into fragments of a few bytes.
 */
import { connect, createServer, type Socket } from 'node:net';

export interface FaultProxy {
  port: number;
  /** Nothing passes from the server to the client, and the kernels' buffers fill. */
  stall(on: boolean): void;
  /** What either side sends is swallowed; both believe that the connection is alive. */
  halfOpen(): void;
  /** Cuts all connections, half-open ones included. */
  reset(): void;
  /** The next `bytes` from the server pass in fragments of 1 to 40 bytes. */
  split(bytes: number): void;
  /** Refuses new connections. */
  refuse(on: boolean): void;
  connections(): number;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
  dead: boolean;
}

export async function createFaultProxy(target: number, random: () => number): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  let stalled = false;
  let splitBytes = 0;
  let refusing = false;

  const listener = createServer({ noDelay: true }, (client) => {
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const pair: Pair = { client, server, dead: false };
    pairs.add(pair);
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        // A half-open connection hides the end of one side from the other.
        if (pair.dead) return;
        pairs.delete(pair);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (data) => {
      if (!pair.dead) server.write(data);
    });
    server.on('data', (data) => {
      if (!pair.dead) pass(pair, data);
    });
    if (stalled) server.pause();
  });

  function pass(pair: Pair, data: Buffer): void {
    let at = 0;
    while (splitBytes > 0 && at < data.length) {
      const end = Math.min(data.length, at + 1 + Math.floor(random() * 40));
      // noDelay makes each write a segment of its own, so that frames arrive in pieces.
      pair.client.write(data.subarray(at, end));
      splitBytes -= end - at;
      at = end;
    }
    const room = at === data.length || pair.client.write(data.subarray(at));
    if (room || stalled) return;
    pair.server.pause();
    pair.client.once('drain', () => {
      if (!stalled) pair.server.resume();
    });
  }

  function reset(): void {
    for (const { client, server } of pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    pairs.clear();
  }

  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stall(on) {
      stalled = on;
      for (const { server } of pairs) {
        if (on) server.pause();
        else server.resume();
      }
    },
    halfOpen() {
      for (const pair of pairs) {
        pair.dead = true;
        pair.server.resume();
      }
    },
    reset,
    split(bytes) {
      splitBytes = bytes;
    },
    refuse(on) {
      refusing = on;
    },
    connections: () => pairs.size,
    async close() {
      reset();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

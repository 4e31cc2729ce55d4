/** Memory of an idle connection: resident memory of the server before and after 10,000 of them, against a bare `ws` server. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { measureChild, reply, startChild } from './support/child.ts';
import { round, writeReport } from './support/report.ts';

const SETTINGS = { connections: 10_000, quiet_s: 2 };

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const settings = args.includes('--short') ? { connections: 200, quiet_s: 0 } : SETTINGS;
  const bare = await measure('bare ws', ['bare'], settings);
  const ours = await measure('mesher, subscribed', [], settings);
  writeReport('idle', settings, [
    { ...bare, ratio: 1 },
    { ...ours, ratio: round(ours.rss_kb_each / bare.rss_kb_each, 2) },
  ]);
  return { clean: ours.open === settings.connections };
}

async function measure(name: string, serverArgs: string[], settings: typeof SETTINGS) {
  const child = startChild('stream-server.ts', serverArgs);
  const port = await reply<number>(child, 'port');
  // The first connections load code and warm pools; what they cost is not paid again.
  const warm = await openMany(port, 50);
  const before = await measureChild(child);
  const sockets = await openMany(port, settings.connections);
  await new Promise((resolve) => setTimeout(resolve, settings.quiet_s * 1000));
  const after = await measureChild(child);
  const open = sockets.filter((socket) => !socket.destroyed).length;
  for (const socket of [...warm, ...sockets]) socket.destroy();
  child.disconnect();
  const each = (bytes: number): number => round(bytes / settings.connections / 1024, 1);
  return {
    name,
    open,
    rss_kb_each: each(after.rss - before.rss),
    heap_kb_each: each(after.heapUsed + after.external - before.heapUsed - before.external),
  };
}

async function openMany(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'GET /stream/projects/1?v=1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer x\r\n\r\n',
    );
    sockets.push(socket);
    if (i % 50 === 49 || i === count - 1) await once(socket, 'data');
  }
  return sockets;
}

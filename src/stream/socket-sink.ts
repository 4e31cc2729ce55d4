/**
 * A WebSocket as a sink. `ws` does handshake, receiving and closing; data frames arrive here whole and go straight to
 * the upgraded socket, nothing after the close began.
 */
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Clock } from '../lib/clock.ts';
import type { Sink } from './sink.ts';

/** A stalled peer never answers a close frame. */
const CLOSE_MS = 1000;

export function createSocketSink(ws: WebSocket, socket: Duplex, clock: Clock): Sink {
  let written = (): void => {};
  const onWritten = (): void => written();
  const tcp = socket instanceof Socket ? socket : null;
  return {
    write(bytes) {
      if (ws.readyState === ws.OPEN) socket.write(bytes, onWritten);
    },
    get unsentBytes() {
      return socket.writableLength;
    },
    get progress() {
      return (tcp?.bytesWritten ?? 0) - socket.writableLength;
    },
    get received() {
      return tcp?.bytesRead ?? 0;
    },
    ping() {
      if (ws.readyState === ws.OPEN) ws.ping();
    },
    close(code, reason) {
      ws.close(code, reason);
      const timer = clock.after(CLOSE_MS, () => ws.terminate());
      ws.once('close', () => timer.cancel());
    },
    listen(on) {
      written = on.written;
      ws.on('close', on.closed);
    },
  };
}

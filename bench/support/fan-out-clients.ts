/**
 * The viewers of the fan-out benchmark, in a process of their own: raw sockets that upgrade, subscribe and count whole
 * frames without copying, so that they cost less than the server they measure. Every 50th decodes for latency.
 */
import { connect, type Socket } from 'node:net';

interface Start {
  port: number;
  path: string;
  count: number;
  /** Text to send after the upgrade; null = nothing. */
  subscribe: string | null;
  /** Instead: the texts in turn, one a viewer. */
  subscribes?: string[];
  expected: number;
  /** The first so many read nothing once everybody is ready; they are not waited for. */
  stalled?: number;
  /** Of so many viewers one reads the time in its events; 50 if absent. */
  decodeEach?: number;
}

interface Viewer {
  index: number;
  socket: Socket;
  rest: Buffer;
  upgraded: boolean;
  events: number;
  dropped: number;
  decode: boolean;
}

const latencies: number[] = [];
const EVENT = Buffer.from('{"type":"event"');
let viewers: Viewer[] = [];
let ready = 0;
let complete = 0;

process.on('message', (message: { start?: Start }) => {
  if (message.start !== undefined) void start(message.start);
});
// Forked: without a parent there is nothing to measure.
process.on('disconnect', () => process.exit(0));

async function start(options: Start): Promise<void> {
  for (const viewer of viewers) viewer.socket.destroy();
  viewers = [];
  latencies.length = ready = complete = 0;
  for (let i = 0; i < options.count; i++) {
    viewers.push(open(options, i));
    // The listen backlog is finite.
    if (i % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function open(options: Start, index: number): Viewer {
  const socket = connect(options.port, '127.0.0.1');
  const viewer: Viewer = {
    index,
    socket,
    rest: Buffer.alloc(0),
    upgraded: false,
    events: 0,
    dropped: 0,
    decode: index % (options.decodeEach ?? 50) === (options.decodeEach ?? 50) - 1,
  };
  socket.write(
    `GET ${options.path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${index}\r\n\r\n`,
  );
  socket.on('data', (data) => receive(options, viewer, data));
  socket.on('error', (error) => console.error(error.message));
  return viewer;
}

function receive(options: Start, viewer: Viewer, data: Buffer): void {
  let buffer = viewer.rest.length === 0 ? data : Buffer.concat([viewer.rest, data]);
  if (!viewer.upgraded) {
    const end = buffer.indexOf('\r\n\r\n');
    if (end < 0) {
      viewer.rest = buffer;
      return;
    }
    if (!buffer.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101')))
      throw new Error(buffer.subarray(0, end).toString());
    viewer.upgraded = true;
    buffer = buffer.subarray(end + 4);
    const subscribe = options.subscribes?.[viewer.index % options.subscribes.length] ?? options.subscribe;
    if (subscribe === null) becameReady(options);
    else viewer.socket.write(maskedFrame(subscribe));
  }
  let at = 0;
  while (buffer.length - at >= 2) {
    const short = (buffer[at + 1] ?? 0) & 0x7f;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (buffer.length - at < header) break;
    const length =
      short < 126
        ? short
        : short === 126
          ? buffer.readUInt16BE(at + 2)
          : Number(buffer.readBigUInt64BE(at + 2));
    if (buffer.length - at < header + length) break;
    // Control frames (close, ping) are not counted.
    if (buffer[at] === 0x81) frame(options, viewer, buffer.subarray(at + header, at + header + length));
    at += header + length;
  }
  viewer.rest = buffer.subarray(at);
}

function frame(options: Start, viewer: Viewer, payload: Buffer): void {
  if (payload.subarray(0, EVENT.length).equals(EVENT)) {
    viewer.events++;
    if (viewer.decode) {
      const { data } = JSON.parse(payload.toString()) as { data: { timestamp: string } };
      latencies.push(Date.now() - Date.parse(data.timestamp));
    }
  } else {
    const message = JSON.parse(payload.toString()) as { type: string; live?: boolean; count?: number };
    if (message.type === 'mark' && message.live === true && viewer.events === 0) becameReady(options);
    if (message.type !== 'dropped') return;
    viewer.dropped += message.count ?? 0;
  }
  if (
    viewer.events + viewer.dropped === options.expected &&
    ++complete === options.count - (options.stalled ?? 0)
  ) {
    const sum = (pick: (one: Viewer) => number): number =>
      viewers.slice(options.stalled ?? 0).reduce((total, one) => total + pick(one), 0);
    process.send?.({
      done: { events: sum((one) => one.events), dropped: sum((one) => one.dropped), latencies },
    });
  }
}

function becameReady(options: Start): void {
  if (++ready < options.count) return;
  for (const viewer of viewers.slice(0, options.stalled ?? 0)) viewer.socket.pause();
  process.send?.({ ready: true });
}

function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 65_535) throw new Error('too long');
  const header =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff]);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([header, Buffer.alloc(4), payload]);
}

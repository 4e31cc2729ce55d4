/** A WebSocket client by hand, for frames that no library sends. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawWebSocket {
  socket: Socket;
  /** Text messages, and the close code when the server has closed. */
  texts: string[];
  pongs: Buffer[];
  closeCode(): number | null;
  frame(o: { opcode: number; payload?: Buffer; fin?: boolean; masked?: boolean; reserved?: number }): void;
  text(message: unknown): void;
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Resolves when the server has answered 101; rejects with its status line otherwise. */
export async function openRawWebSocket(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<RawWebSocket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.write(handshake(path, headers));
  let rest = Buffer.alloc(0);
  let upgraded: () => void;
  let refused: (error: Error) => void;
  const ready = new Promise<void>((resolve, reject) => {
    upgraded = resolve;
    refused = reject;
  });
  let isOpen = false;
  let code: number | null = null;
  const texts: string[] = [];
  const pongs: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    if (!isOpen) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = rest.subarray(0, end).toString();
      if (!head.startsWith('HTTP/1.1 101')) return refused(new Error(head.split('\r\n')[0]));
      rest = rest.subarray(end + 4);
      isOpen = true;
      upgraded();
    }
    for (let frame = firstFrame(rest); frame !== null; frame = firstFrame(rest)) {
      rest = rest.subarray(frame.end);
      if (frame.opcode === OPCODE.text) texts.push(frame.payload.toString());
      else if (frame.opcode === OPCODE.pong) pongs.push(Buffer.from(frame.payload));
      else if (frame.opcode === OPCODE.close)
        code = frame.payload.length < 2 ? 1005 : frame.payload.readUInt16BE();
    }
    return undefined;
  });
  await ready;
  const raw: RawWebSocket = {
    socket,
    texts,
    pongs,
    closeCode: () => code,
    frame: (o) => void socket.write(encodeFrame(o)),
    text: (message) => raw.frame({ opcode: OPCODE.text, payload: Buffer.from(JSON.stringify(message)) }),
  };
  return raw;
}

export function handshake(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({
    Host: '127.0.0.1',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': Buffer.from('0123456789abcdef').toString('base64'),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function firstFrame(data: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (data.length < 2) return null;
  const short = (data[1] ?? 0) & 0x7f;
  const header = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (data.length < header) return null;
  const length = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  if (data.length < header + length) return null;
  return {
    opcode: (data[0] ?? 0) & 0x0f,
    payload: data.subarray(header, header + length),
    end: header + length,
  };
}

export function encodeFrame(o: {
  opcode: number;
  payload?: Buffer;
  fin?: boolean;
  masked?: boolean;
  reserved?: number;
}): Buffer {
  const { opcode, payload = Buffer.alloc(0), fin = true, masked = true, reserved = 0 } = o;
  const first = (fin ? 0x80 : 0) | reserved | opcode;
  const bit = masked ? 0x80 : 0;
  const { length } = payload;
  const extended = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (extended.length === 2) extended.writeUInt16BE(length);
  if (extended.length === 8) extended.writeBigUInt64BE(BigInt(length));
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const mask = masked ? Buffer.from([0x12, 0x34, 0x56, 0x78]) : Buffer.alloc(0);
  const body = masked ? Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))) : payload;
  return Buffer.concat([Buffer.from([first, bit | short]), extended, mask, body]);
}

/** How one message becomes bytes on each transport. The JSON is the same everywhere. */
import type { DownMessage, Mode0Message } from '../protocol/down.ts';
import { encodeTextFrame } from './frame.ts';

export type Mode = 0 | 1;
export type Transport = 'websocket' | 'sse' | 'ndjson';

/** Bytes of a message given as JSON. `cursor`: where a reader of SSE resumes after it. */
export function encodeJson(transport: Transport, type: string, json: string, cursor: string | null): Buffer {
  switch (transport) {
    case 'websocket':
      return encodeTextFrame(json);
    case 'ndjson':
      return Buffer.from(`${json}\n`);
    case 'sse':
      return Buffer.from(`${cursor === null ? '' : `id: ${cursor}\n`}event: ${type}\ndata: ${json}\n\n`);
  }
}

export function encodeMessage(transport: Transport, message: DownMessage): Buffer {
  const cursor = message.type === 'mark' || message.type === 'resync' ? message.cursor : null;
  return encodeJson(transport, message.type, JSON.stringify(message), cursor);
}

export function encodeMode0(message: Mode0Message): Buffer {
  return encodeTextFrame(JSON.stringify(message));
}

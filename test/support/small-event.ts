/** One whole HTTP request with a small event, uncompressed: load that costs its sender next to nothing. */
import { randomUUID } from 'node:crypto';
import type { FirstRun } from './server-process.ts';

/** 256 issues, by the start of the id. */
export function smallEventRequest({ projectId, publicKey }: Pick<FirstRun, 'projectId' | 'publicKey'>): {
  id: string;
  bytes: Buffer;
} {
  const id = randomUUID().replaceAll('-', '');
  const body = `{}\n{"type":"event"}\n${JSON.stringify({
    event_id: id,
    level: 'error',
    exception: { values: [{ type: `Fault${id.slice(0, 2)}`, value: id }] },
  })}\n`;
  const head =
    `POST /api/${projectId}/envelope/?sentry_key=${publicKey} HTTP/1.1\r\n` +
    `Host: 127.0.0.1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return { id, bytes: Buffer.from(head + body) };
}

/** Envelopes made and sent as an SDK would, to a server of a test. */
import { randomBytes } from 'node:crypto';

export interface TestItem {
  header: { type: string; [key: string]: unknown };
  payload: Buffer | string | object;
}

export function newEventId(): string {
  return randomBytes(16).toString('hex');
}

export function envelopeOf(header: object, items: readonly TestItem[]): Buffer<ArrayBuffer> {
  const parts: Uint8Array[] = [Buffer.from(`${JSON.stringify(header)}\n`)];
  for (const { header: itemHeader, payload } of items) {
    const bytes = Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
    parts.push(Buffer.from(`${JSON.stringify({ ...itemHeader, length: bytes.length })}\n`), bytes);
    parts.push(Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}

export async function postEnvelope(
  to: { url: string; projectId: number | string; publicKey: string },
  body: Buffer<ArrayBuffer>,
): Promise<Response> {
  return fetch(`${to.url}/api/${to.projectId}/envelope/?sentry_key=${to.publicKey}`, {
    method: 'POST',
    body,
  });
}

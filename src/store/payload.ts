/** A stored payload as the event it was made of. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { SentryEvent } from '../event.ts';
import type { StoredEvent } from './sql/select-events.ts';

type Packed = Pick<StoredEvent, 'encoding' | 'payload'>;

/** It was written by this program from a SentryEvent. */
export function readPayload(row: Packed): SentryEvent {
  return JSON.parse(payloadText(row)) as SentryEvent;
}

/** Its JSON, in one line. */
export function payloadText(row: Packed): string {
  return decode(row).toString();
}

/** 0 identity, 1 gzip, 2 brotli. */
function decode({ encoding, payload }: Packed): Buffer {
  if (encoding === 1) return gunzipSync(payload);
  return encoding === 2 ? brotliDecompressSync(payload) : payload;
}

/** The body of the store endpoint: JSON, base64 of it, or base64(zlib(JSON)) as all raven clients send it. */
import { decodeSmall, type Decoded } from './decode-body.ts';

const FORM = 'sentry_data=';

export function decodeStoreBody(bytes: Uint8Array, maxBytes: number): Decoded {
  let start = 0;
  while (start < bytes.length && (bytes[start] ?? 0) <= 0x20) start += 1;
  if (start === bytes.length) return { kind: 'bytes', bytes: new Uint8Array(0) };
  const first = bytes[start];
  // `{` or `[`, a byte order mark, or whatever the JSON parser shall complain about.
  if (first === 0x7b || first === 0x5b || first === 0xef) return { kind: 'bytes', bytes };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').trim();
  if (text.startsWith(FORM)) return decodeForm(text.slice(FORM.length), maxBytes);
  return decodeBase64(text, maxBytes);
}

function decodeForm(value: string, maxBytes: number): Decoded {
  try {
    const text = decodeURIComponent((value.split('&', 1)[0] ?? '').replaceAll('+', ' '));
    return text.trimStart().startsWith('{')
      ? { kind: 'bytes', bytes: Buffer.from(text) }
      : decodeBase64(text.replaceAll(' ', '+'), maxBytes);
  } catch {
    return { kind: 'corrupt' };
  }
}

function decodeBase64(text: string, maxBytes: number): Decoded {
  if (!/^[A-Za-z0-9+/_=\s-]+$/.test(text)) return { kind: 'corrupt' };
  const raw = Buffer.from(text, 'base64');
  if (raw[0] === 0x7b) return { kind: 'bytes', bytes: raw };
  return decodeSmall(raw, 'deflate', maxBytes);
}

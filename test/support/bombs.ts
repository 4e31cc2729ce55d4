/** Small bodies that inflate to a lot: each way in, made here so that no file has to be kept. */
import {
  brotliCompressSync,
  constants,
  createGzip,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { once } from 'node:events';

export interface Bomb {
  name: string;
  path: string;
  headers: { [name: string]: string };
  body: Buffer<ArrayBuffer>;
}

const MB = 1024 * 1024;
const EVENT_START = '{"message":"';

/** Gzip of `head`, `megabytes` of `x` and `tail`, without holding them. */
async function gzipOf(head: string, megabytes: number, tail: string): Promise<Buffer<ArrayBuffer>> {
  const gzip = createGzip({ level: 9 });
  const parts: Uint8Array[] = [];
  gzip.on('data', (chunk: Buffer) => parts.push(chunk));
  const block = Buffer.alloc(MB, 'x');
  gzip.write(head);
  for (let i = 0; i < megabytes; i++) if (!gzip.write(block)) await once(gzip, 'drain');
  gzip.end(tail);
  await once(gzip, 'end');
  return Buffer.concat(parts);
}

export async function makeBombs(publicKey: string, project: string): Promise<Bomb[]> {
  const query = `?sentry_key=${publicKey}`;
  const envelope = `/api/${project}/envelope/${query}`;
  const header = '{}\n{"type":"event"}\n';
  const attachment = (length: number) =>
    `{}\n{"type":"event"}\n{"message":"small"}\n{"type":"attachment","filename":"a","length":${length}}\n`;
  const wide = Buffer.concat([Buffer.from(header + EVENT_START), Buffer.alloc(100 * MB, 'x')]);
  const gzip = { 'content-encoding': 'gzip' };
  const nested = gzipSync(gzipSync(await gzipOf(header + EVENT_START, 200, '"}')));
  const member = gzipSync(Buffer.alloc(10 * MB, 'x'), { level: 9 });
  return [
    {
      name: 'gzip event 50 MB',
      path: envelope,
      headers: gzip,
      body: await gzipOf(header + EVENT_START, 50, '"}'),
    },
    {
      name: 'gzip event 200 MB',
      path: envelope,
      headers: gzip,
      body: await gzipOf(header + EVENT_START, 200, '"}'),
    },
    { name: 'gzip header 200 MB', path: envelope, headers: gzip, body: await gzipOf('{"a":"', 200, '"}\n') },
    {
      name: 'gzip attachment 150 MB',
      path: envelope,
      headers: gzip,
      body: await gzipOf(attachment(150 * MB), 150, '\n'),
    },
    { name: 'gzip of gzip of gzip', path: envelope, headers: gzip, body: Buffer.concat([nested]) },
    {
      name: 'encodings in a chain',
      path: envelope,
      headers: { 'content-encoding': 'gzip, gzip' },
      body: Buffer.concat([nested]),
    },
    {
      name: 'gzip of 20 members',
      path: envelope,
      headers: gzip,
      body: Buffer.concat([gzipSync(header + EVENT_START), ...Array.from({ length: 20 }, () => member)]),
    },
    {
      name: 'deflate',
      path: envelope,
      headers: { 'content-encoding': 'deflate' },
      body: Buffer.concat([deflateSync(wide, { level: 9 })]),
    },
    {
      name: 'brotli',
      path: envelope,
      headers: { 'content-encoding': 'br' },
      body: Buffer.concat([brotliCompressSync(wide, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })]),
    },
    {
      name: 'zstd',
      path: envelope,
      headers: { 'content-encoding': 'zstd' },
      body: Buffer.concat([zstdCompressSync(wide)]),
    },
    {
      name: 'base64 of zlib at the store',
      path: `/api/${project}/store/${query}`,
      headers: {},
      body: Buffer.from(deflateSync(wide, { level: 9 }).toString('base64')),
    },
  ];
}

/**
 * Bounds a request's body, with or without a Content-Length. The framework's own middleware copies the request with
 * `new Request(request)`, which node's refuses for the server's light-weight ones: a DELETE from a browser was a 500.
 */
import { createMiddleware } from 'hono/factory';
import { MesherError } from '../errors.ts';
import type { ApiEnv } from './context.ts';

export function limitBody(maxBytes: number) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const length = c.req.header('content-length');
    if (length !== undefined && !(Number(length) <= maxBytes)) throw new MesherError('too_large');
    const { raw } = c.req;
    const { url, method, headers } = raw;
    if (length !== undefined || method === 'GET' || method === 'HEAD') return next();
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of (raw.body ?? []) as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > maxBytes) throw new MesherError('too_large');
      parts.push(part);
    }
    c.req.raw = new Request(url, { method, headers, body: size > 0 ? Buffer.concat(parts) : null });
    return next();
  });
}

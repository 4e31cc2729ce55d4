/** The origins whose pages may use this server with a cookie: the public URL, or this machine's own names for it. */
import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';

export function allowedOrigins(config: Pick<Config, 'url' | 'port' | 'host'>): string[] {
  if (config.url !== undefined) return [new URL(config.url).origin];
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => `http://${host}:${config.port}`);
}

/** Exact match; a request without `Origin` is not from a page. */
export function createOriginCheck(origins: readonly string[]): (req: IncomingMessage) => boolean {
  const allowed = new Set(origins);
  return (req) => req.headers.origin !== undefined && allowed.has(req.headers.origin);
}

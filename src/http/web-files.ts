/**
 * The built web UI from memory: hashed assets are immutable, every other path gets index.html so that the router
 * of the page can answer it. In: the folder `vite build` wrote. Out: a handler.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg', '.json', '.webmanifest', '.txt']);

interface WebFile {
  body: Buffer;
  gzipped: Buffer | null;
  type: string;
  etag: string;
  immutable: boolean;
}

export type WebFiles = (req: IncomingMessage, res: ServerResponse, pathname: string) => void;

/** Reads the whole folder once (about a megabyte). A missing folder serves a page that says how to build it. */
export function loadWebFiles(folder: string): WebFiles {
  const files = readFolder(folder);
  const index = files.get('/index.html') ?? missingBuild();
  return (req, res, pathname) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const file = files.get(pathname);
    // A missing asset is a 404, not a page: a stale tab must not run HTML as a script.
    if (!file && extname(pathname) !== '' && pathname.startsWith('/assets/')) {
      res.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
      return;
    }
    send(req, res, file ?? index);
  };
}

function readFolder(folder: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>();
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return files;
  }
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(folder.length).replaceAll('\\', '/');
    files.set(
      path.startsWith('/') ? path : `/${path}`,
      toFile(readFileSync(full), extname(entry.name), path.includes('assets/')),
    );
  }
  return files;
}

function toFile(body: Buffer, extension: string, immutable: boolean): WebFile {
  return {
    body,
    gzipped: COMPRESSIBLE.has(extension) ? gzipSync(body) : null,
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha1').update(body).digest('base64url')}"`,
    immutable,
  };
}

function send(req: IncomingMessage, res: ServerResponse, file: WebFile): void {
  res.setHeader('ETag', file.etag);
  res.setHeader('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (req.headers['if-none-match'] === file.etag) {
    res.writeHead(304).end();
    return;
  }
  const zipped = file.gzipped && /\bgzip\b/.test(req.headers['accept-encoding'] ?? '') ? file.gzipped : null;
  if (zipped) res.setHeader('Content-Encoding', 'gzip');
  const body = zipped ?? file.body;
  res.writeHead(200, { 'Content-Type': file.type, 'Content-Length': body.length, Vary: 'Accept-Encoding' });
  res.end(req.method === 'HEAD' ? undefined : body);
}

function missingBuild(): WebFile {
  const page =
    '<!doctype html><title>Mesher</title><p>The web UI is not built. Run <code>npm run build:web</code>.';
  return toFile(Buffer.from(page), '.html', false);
}

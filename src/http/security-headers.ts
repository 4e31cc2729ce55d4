/** Headers of every page and REST answer. Ingestion and the stream set their own. */
import type { ServerResponse } from 'node:http';

// Nothing inline: the page sets styles through the DOM (`element.style`), which no policy forbids.
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self'",
  // Previews of attachments are object URLs of bytes that the page has looked at.
  "img-src 'self' data: blob:",
  // The worker that holds the tabs' connection to the stream.
  "worker-src 'self'",
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "object-src 'none'",
].join('; ');

export function setSecurityHeaders(res: ServerResponse, options: { https: boolean }): void {
  res.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('X-Frame-Options', 'DENY');
  res.setHeader('Referrer-Policy', 'same-origin');
  res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  res.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
  if (options.https) res.setHeader('Strict-Transport-Security', 'max-age=31536000');
}

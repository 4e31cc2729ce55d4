/** GET /healthz, /readyz and /metrics. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import type { HttpRoute } from './listener.ts';

export interface PartReport {
  name: string;
  state: string;
}

export interface ProbeDeps {
  /** The parts that must run for this node to serve. */
  readiness(): Promise<{
    ready: boolean;
    draining: boolean;
    parts: PartReport[];
    /** What it waits for, where it is no part. */
    reason?: string;
    message?: string;
  }>;
  metrics(): Promise<{ type: string; body: string }>;
  /** Bearer token that opens /metrics to everybody who has it; null = loopback only. */
  metricsToken: string | null;
  /** MESHER_URL is set: this node is published, so loopback may be a proxy. */
  published: boolean;
}

export function createProbes(deps: ProbeDeps): HttpRoute {
  const paths = new Set(['/healthz', '/readyz', '/metrics']);
  return {
    name: 'probes',
    matches: (pathname) => paths.has(pathname),
    async handle(req, res, url) {
      if (url.pathname === '/healthz') {
        sendJson(res, 200, { status: 'ok' });
      } else if (url.pathname === '/readyz') {
        const { ready, draining, ...facts } = await deps.readiness();
        const status = draining ? 'draining' : ready ? 'ok' : 'unavailable';
        sendJson(res, status === 'ok' ? 200 : 503, { status, ...facts });
      } else if (mayReadMetrics(req, deps)) {
        const { type, body } = await deps.metrics();
        res.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
      } else {
        sendJson(res, 403, {
          error: {
            code: 'forbidden',
            message: 'Metrics are open to loopback only.',
            hint: 'Set MESHER_METRICS_TOKEN and send it as a bearer token.',
          },
        });
      }
    },
  };
}

function mayReadMetrics(req: IncomingMessage, deps: ProbeDeps): boolean {
  const given = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
  if (deps.metricsToken !== null && given !== undefined) return equal(given, deps.metricsToken);
  const forwarded = req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined;
  const peer = req.socket.remoteAddress ?? '';
  const loopback = peer === '::1' || peer.startsWith('127.') || peer.startsWith('::ffff:127.');
  return loopback && !forwarded && !deps.published;
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body));
}

/** Which ingestion endpoint a path means; with and without the trailing slash, never a redirect. */

export type Route =
  | { kind: 'envelope'; project: string }
  | { kind: 'store'; project: string | null }
  | { kind: 'tunnel' }
  | { kind: 'event' }
  | { kind: 'bulk' }
  | { kind: 'security'; project: string }
  | { kind: 'minidump'; project: string }
  | { kind: 'attachments'; project: string; eventId: string }
  | { kind: 'cron'; project: string; slug: string; key: string | null }
  | { kind: 'otlp'; project: string | null; signal: 'traces' | 'logs' }
  | { kind: 'error_page' }
  | { kind: 'socket' }
  /** A path of the protocol that is not served. */
  | { kind: 'unserved' };

const FIXED = new Map<string, Route>([
  ['/tunnel', { kind: 'tunnel' }],
  ['/api/store', { kind: 'store', project: null }],
  ['/api/v1/events', { kind: 'event' }],
  ['/api/v1/events/bulk', { kind: 'bulk' }],
  ['/ingest', { kind: 'socket' }],
  ['/v1/traces', { kind: 'otlp', project: null, signal: 'traces' }],
  ['/v1/logs', { kind: 'otlp', project: null, signal: 'logs' }],
  ['/api/embed/error-page', { kind: 'error_page' }],
]);

const PROJECT_PATH = /^\/api\/([^/]{1,128})\/(.{1,512})$/;
const UNSERVED = /^unreal\/[^/]+$/;
const ATTACHMENTS = /^events\/([^/]{1,64})\/attachments$/;
const CRON = /^cron\/([^/]{1,200})(?:\/([^/]{1,64}))?$/;
const OTLP = /^integration\/otlp\/v1\/(traces|logs)$/;

export function matchRoute(pathname: string): Route | null {
  // A DSN with a trailing slash makes SDKs send `//api/…`.
  const collapsed = pathname.startsWith('//') ? pathname.replace(/^\/+/, '/') : pathname;
  const path = collapsed.length > 1 && collapsed.endsWith('/') ? collapsed.slice(0, -1) : collapsed;
  const fixed = FIXED.get(path);
  if (fixed !== undefined) return fixed;
  const match = PROJECT_PATH.exec(path);
  if (match === null) return null;
  const [, rawProject = '', rest = ''] = match;
  // `/api/v1/…`, `/api/0/…` and `/api/auth/…` are other stages' paths.
  if (rawProject === 'v1' || rawProject === 'auth' || rawProject === '0') return null;
  const project = decode(rawProject);
  if (rest === 'envelope') return { kind: 'envelope', project };
  if (rest === 'store') return { kind: 'store', project };
  if (rest === 'minidump') return { kind: 'minidump', project };
  if (rest === 'security' || rest === 'csp-report' || rest === 'nel') return { kind: 'security', project };
  const [, eventId] = ATTACHMENTS.exec(rest) ?? [];
  if (eventId !== undefined) return { kind: 'attachments', project, eventId };
  const [, slug, key] = CRON.exec(rest) ?? [];
  if (slug !== undefined) return { kind: 'cron', project, slug: decode(slug), key: key ?? null };
  const [, signal] = OTLP.exec(rest) ?? [];
  if (signal === 'traces' || signal === 'logs') return { kind: 'otlp', project, signal };
  return UNSERVED.test(rest) ? { kind: 'unserved' } : null;
}

/** A bad percent sequence stays as it is: no project has such a name, the answer is the one for unknown projects. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

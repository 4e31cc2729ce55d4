/**
 * The endpoints besides envelopes and events: what each demands of a request before its body is read, and who answers
 * it. In: an authorized request. Out: an answer.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../lib/clock.ts';
import { refused, unavailable, type Answer } from '../answers.ts';
import type { Encoding } from '../decode-body.ts';
import type { Turns } from '../large-bodies.ts';
import { boundaryOf } from '../multipart.ts';
import type { Category } from '../outcomes.ts';
import { parseJson } from '../payload.ts';
import type { RequestFacts } from '../process-items.ts';
import type { Route } from '../routes.ts';
import { isReportType, securityPayloads } from '../security-report.ts';
import { streamBody } from '../stream-body.ts';
import { answerCron } from './cron.ts';
import type { EndpointDeps } from './endpoint-deps.ts';
import { answerUserReport } from './error-page.ts';
import { answerAttachments } from './loose-attachments.ts';
import { answerMinidump } from './minidump.ts';
import { readMultipartFiles } from './multipart-files.ts';
import { answerOtlp, isOtlpType } from './otlp.ts';

export type EndpointRoute = Extract<Route, { kind: 'security' | 'cron' | 'otlp' | 'error_page' }>;
export type MultipartRoute = Extract<Route, { kind: 'minidump' | 'attachments' }>;

/** The answer of a request whose content type its endpoint does not take. */
export function wrongType(route: Route, contentType: string | undefined): Answer | null {
  const taken =
    route.kind === 'security'
      ? isReportType(contentType)
      : route.kind === 'otlp'
        ? isOtlpType(contentType)
        : route.kind === 'minidump' || route.kind === 'attachments'
          ? boundaryOf(contentType) !== null
          : true;
  return taken ? null : refused(415, 'the content type is not one of this endpoint');
}

/** Of requests that can hold one item of one category only: these are limited before their body is read. */
export function onlyCategory(route: Route): Category | null {
  switch (route.kind) {
    case 'store':
    case 'event':
    case 'minidump':
      return 'error';
    case 'security':
      return 'security';
    case 'attachments':
      return 'attachment';
    case 'cron':
      return 'monitor';
    default:
      return null;
  }
}

export async function answerEndpoint(
  route: EndpointRoute,
  request: { query: URLSearchParams; headers: IncomingMessage['headers']; bytes: Uint8Array },
  facts: RequestFacts,
  endpoints: EndpointDeps,
): Promise<Answer> {
  const { query, headers, bytes } = request;
  switch (route.kind) {
    case 'security':
      return answerSecurity(request, facts, endpoints);
    case 'cron':
      return answerCron({ slug: route.slug, query, bytes }, facts, endpoints);
    case 'otlp': {
      const contentType = headers['content-type'] ?? '';
      return answerOtlp({ signal: route.signal, contentType, bytes }, facts, endpoints);
    }
    case 'error_page':
      return answerUserReport(query, bytes, facts, endpoints);
  }
}

async function answerSecurity(
  {
    query,
    headers,
    bytes,
  }: { query: URLSearchParams; headers: IncomingMessage['headers']; bytes: Uint8Array },
  facts: RequestFacts,
  { items }: EndpointDeps,
): Promise<Answer> {
  const body = parseJson(bytes);
  const payloads = securityPayloads(body);
  const unread = (Array.isArray(body) ? Math.max(1, body.length) : 1) - payloads.length;
  if (unread > 0) items.count(facts.key, 'security', { outcome: 'invalid', reason: 'unusable' }, unread);
  if (payloads.length === 0) return refused(400, 'there is no report in the body');
  const userAgent = headers['user-agent'];
  const about = {
    release: query.get('sentry_release') ?? undefined,
    environment: query.get('sentry_environment') ?? undefined,
  };
  for (const payload of payloads) {
    Object.assign(payload, about);
    const request = payload['request'] as { headers: { [name: string]: string } };
    if (userAgent !== undefined) request.headers['User-Agent'] ??= userAgent;
  }
  return items.events(payloads, facts, { category: 'security' });
}

export async function answerMultipart(
  route: MultipartRoute,
  request: { req: IncomingMessage; encoding: Encoding; clock: Clock; turns: Turns },
  facts: RequestFacts,
  endpoints: EndpointDeps,
): Promise<Answer | null> {
  const { req, encoding, clock, turns } = request;
  const end = await turns.take();
  if (end === null) return unavailable(1);
  try {
    const source = streamBody(req, [], encoding, clock, turns.othersWait);
    const boundary = boundaryOf(req.headers['content-type']) ?? '';
    const body = await readMultipartFiles(source, boundary, facts, endpoints);
    if (req.destroyed && !req.complete) return null;
    if (body.kind === 'failed') {
      const category = onlyCategory(route) ?? 'default';
      if (body.outcome !== null) endpoints.items.count(facts.key, category, body.outcome, 1);
      return body.answer;
    }
    return route.kind === 'minidump'
      ? await answerMinidump(body, facts, endpoints)
      : await answerAttachments(route.eventId, body, facts, endpoints);
  } finally {
    end();
  }
}

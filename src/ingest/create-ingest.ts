/**
 * The ingest stage: HTTP requests and socket messages of SDKs → events handed to `accept`, and their answers.
 * One request: route → credentials → room → body → key → items → answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import { preflight, refused, send, unavailable, withRateLimits, type Answer } from './answers.ts';
import { createSpool, type Spool } from './attachments.ts';
import { answerBulk } from './bulk.ts';
import { decodeSmall, parseEncoding, promisedSize, sniffEncoding, type Encoding } from './decode-body.ts';
import {
  authorize,
  readCredentials,
  withDsn,
  type ActiveKey,
  type Authorized,
  type Credentials,
} from './dsn-auth.ts';
import { answerEndpoint, answerMultipart, onlyCategory, wrongType } from './endpoints/answer-endpoint.ts';
import { answerCron } from './endpoints/cron.ts';
import { answerErrorPage } from './endpoints/error-page.ts';
import { parseEnvelope, type ParseResult } from './envelope-parser.ts';
import { createTurns } from './large-bodies.ts';
import { LIMITS } from './limits.ts';
import { wholeOutcome } from './outcomes.ts';
import { parsePayload } from './payload.ts';
import type { IngestDeps } from './ports.ts';
import { createItemProcessor, maxKept, type RequestFacts } from './process-items.ts';
import { createRateLimiter } from './rate-limit.ts';
import { readSmall } from './read-body.ts';
import { matchRoute, type Route } from './routes.ts';
import { serveSocket } from './socket.ts';
import { decodeStoreBody } from './store-body.ts';
import { streamEnvelope } from './stream-envelope.ts';

export interface Ingest {
  /** Whether a path is ingestion's. */
  matches(pathname: string): boolean;
  /** Answers the request; never throws for what a client sends. */
  handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void>;
  /** Serves `WS /ingest`; the credentials are on the upgrade request. */
  handleSocket(ws: WebSocket, req: IncomingMessage): void;
}

/** The routes that take a body. */
type BodyRoute = Exclude<Route, { kind: 'socket' } | { kind: 'unserved' }>;

interface Exchange {
  req: IncomingMessage;
  route: BodyRoute;
  query: URLSearchParams;
  credentials: Credentials;
  receivedMs: number;
  encoding: Encoding;
  /** Set as soon as the key is known; the answer's CORS headers depend on it. */
  key: ActiveKey | null;
}

const RETRY_AFTER_S = 5;

export function createIngest(deps: IngestDeps): Ingest {
  const { clock, log, metrics } = deps;
  const limiter = createRateLimiter({ projectRate: deps.rateLimit, clock });
  const items = createItemProcessor(deps, limiter);
  const turns = createTurns(LIMITS.largeBodies, LIMITS.waitingLargeBodies);
  const endpoints = { deps, limiter, items };

  async function handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const exchange: { current: Exchange | null } = { current: null };
    let answer: Answer | null;
    try {
      answer = await respond(req, res, url, exchange);
    } catch (error) {
      log.error({ err: error }, 'ingest request failed');
      answer = { status: 500, body: { detail: 'Mesher failed to handle this' } };
    }
    if (answer === null) return;
    metrics.ingestRequests.inc({ status: String(answer.status) });
    send(req, res, answer, exchange.current?.key?.allowedOrigins ?? null, clock);
  }

  /** null: answered already, or nobody is there to be answered. */
  async function respond(
    req: IncomingMessage,
    res: ServerResponse,
    url: URL,
    holder: { current: Exchange | null },
  ): Promise<Answer | null> {
    const receivedMs = clock.now();
    const route = matchRoute(url.pathname);
    if (route === null) return refused(404, 'there is no such endpoint');
    if (req.method === 'OPTIONS') {
      preflight(res, 'POST, GET, OPTIONS');
      metrics.ingestRequests.inc({ status: '204' });
      return null;
    }
    if (route.kind === 'unserved') return refused(404, 'this endpoint is not served');
    if (route.kind === 'socket') return refused(405, 'this endpoint is a WebSocket');
    const isGet = req.method === 'GET' && (route.kind === 'cron' || route.kind === 'error_page');
    if (req.method !== 'POST' && !isGet)
      return { ...refused(405, 'send it with POST'), headers: { allow: 'POST, OPTIONS' } };
    const wrong = isGet ? null : wrongType(route, req.headers['content-type']);
    if (wrong !== null) return wrong;
    const encoding = parseEncoding(req.headers['content-encoding']);
    if (encoding === null) return refused(415, 'the content encoding is not supported');
    const credentials = credentialsOf(req, route, url.searchParams);
    const exchange: Exchange = {
      req,
      route,
      query: url.searchParams,
      credentials,
      receivedMs,
      encoding,
      key: null,
    };
    holder.current = exchange;
    if (credentials.keys.length > 0 || !mayCarryDsn(route)) {
      const denied = admitKey(exchange, await authorize(deps, credentials, projectOf(route)));
      if (denied !== null) return denied;
    }
    if (isGet && route.kind === 'error_page') return answerErrorPage(url.searchParams);
    const limited = limitedEarly(exchange);
    if (limited !== null) return limited;
    const room = deps.admit();
    if (room.kind === 'full') return unavailable(room.retryAfterS, room.cause);
    if (isGet && route.kind === 'cron' && exchange.key !== null) {
      const facts = factsOf(exchange, exchange.key);
      return answerCron({ slug: route.slug, query: url.searchParams, bytes: null }, facts, endpoints);
    }
    return await answerBody(exchange);
  }

  /** Remembers the key; the answer when there is none. */
  function admitKey(exchange: Exchange, authorized: Authorized): Answer | null {
    switch (authorized.kind) {
      case 'denied':
        return refused(authorized.status, authorized.detail);
      case 'unknowable':
        log.warn({ err: authorized.cause }, 'a key could not be looked up');
        return unavailable(RETRY_AFTER_S);
      case 'ok':
        exchange.key = authorized.key;
        return null;
    }
  }

  /** A request that can only be of one category is refused before its body is read. */
  function limitedEarly({ key, route }: Exchange): Answer | null {
    const category = onlyCategory(route);
    if (key === null || category === null) return null;
    const limit = limiter.peek(key, category);
    if (limit === null) return null;
    items.count(key, category, { outcome: 'rate_limited', reason: limit.reason }, 1);
    return withRateLimits(refused(429, 'rate limited'), [{ ...limit, categories: [category] }]);
  }

  async function answerBody(exchange: Exchange): Promise<Answer | null> {
    const { req, route, key, encoding } = exchange;
    if (route.kind === 'minidump' || route.kind === 'attachments')
      return key === null
        ? unauthorized()
        : answerMultipart(route, { req, encoding, clock, turns }, factsOf(exchange, key), endpoints);
    const body = await readSmall(req, LIMITS.smallBodyBytes, clock, LIMITS.bodyIdleMs);
    if (body.kind === 'aborted') return null;
    if (body.kind === 'larger') return answerLarge(exchange, body.start);
    exchange.encoding = sniffEncoding(exchange.encoding, body.bytes);
    const promised = promisedSize(body.bytes, exchange.encoding);
    if (promised > LIMITS.decodedBytes)
      return refuseWhole(exchange, 'too_large', 'the body inflates beyond 104 MiB');
    if (promised > LIMITS.smallBodyBytes) return answerLarge(exchange, [body.bytes]);
    const decoded = decodeSmall(body.bytes, exchange.encoding, LIMITS.smallBodyBytes);
    if (decoded.kind === 'corrupt') return refuseWhole(exchange, 'corrupt', 'the body cannot be decoded');
    if (decoded.kind === 'too_large') return answerLarge(exchange, [body.bytes]);
    switch (route.kind) {
      case 'envelope':
      case 'tunnel':
        return answerEnvelope(exchange, parseEnvelope(decoded.bytes, maxKept));
      case 'store':
        return answerStore(exchange, decoded.bytes);
      case 'event':
        return answerEvent(exchange, decoded.bytes, 202);
      case 'bulk':
        if (exchange.key === null) return unauthorized();
        return answerBulk(decoded.bytes, factsOf(exchange, exchange.key), items);
      case 'security':
      case 'cron':
      case 'otlp':
      case 'error_page': {
        if (exchange.key === null) return unauthorized();
        const request = { query: exchange.query, headers: req.headers, bytes: decoded.bytes };
        return answerEndpoint(route, request, factsOf(exchange, exchange.key), endpoints);
      }
    }
  }

  async function answerLarge(exchange: Exchange, start: Uint8Array[]): Promise<Answer | null> {
    const { req, route } = exchange;
    if (route.kind !== 'envelope' && route.kind !== 'tunnel')
      return refuseWhole(exchange, 'too_large', 'the body is larger than 4 MiB');
    const end = await turns.take();
    if (end === null) return unavailable(1);
    let denied: Answer | null = null;
    const spool = createSpool(deps.items.attachments, () => {
      const { key } = exchange;
      return key !== null && limiter.peek(key, 'attachment') === null ? key : null;
    });
    try {
      const result = await streamEnvelope({
        req,
        start,
        encoding: sniffEncoding(exchange.encoding, start[0] ?? new Uint8Array()),
        maxKept,
        spool,
        othersWait: turns.othersWait,
        clock,
        onHeader: async (header) => {
          denied = await authorizeEnvelope(exchange, header);
          return denied === null;
        },
      });
      switch (result.kind) {
        case 'aborted':
          return null;
        case 'corrupt':
          return refuseWhole(exchange, 'corrupt', 'the body cannot be decoded');
        case 'denied':
          return denied;
        case 'too_slow':
          return unavailable(RETRY_AFTER_S);
        case 'unavailable':
          log.warn({ err: result.cause }, 'an attachment could not be stored');
          return unavailable(RETRY_AFTER_S);
        case 'envelope':
        case 'malformed':
        case 'too_large':
          return await answerEnvelope(exchange, result, spool);
      }
    } finally {
      end();
      await spool.discard();
    }
  }

  async function answerEnvelope(
    exchange: Exchange,
    parsed: ParseResult,
    spool: Spool | null = null,
  ): Promise<Answer> {
    if (parsed.kind === 'malformed')
      return refuseWhole(exchange, 'malformed', 'the envelope is malformed', [parsed.cause]);
    if (parsed.kind === 'too_large')
      return refuseWhole(exchange, 'too_large', 'the envelope is too large', [parsed.cause]);
    const denied = await authorizeEnvelope(exchange, parsed.envelope.header);
    if (denied !== null) return denied;
    if (exchange.key === null) return unauthorized();
    return items.envelope(parsed.envelope, factsOf(exchange, exchange.key), spool);
  }

  /** The envelope's DSN is one more credential; on the tunnel it is the only one. */
  async function authorizeEnvelope(
    exchange: Exchange,
    header: { readonly [key: string]: unknown },
  ): Promise<Answer | null> {
    const credentials = withDsn(exchange.credentials, header['dsn']);
    if (credentials === exchange.credentials && exchange.key !== null) return null;
    const denied = admitKey(exchange, await authorize(deps, credentials, projectOf(exchange.route)));
    // A tunnel is asked by anybody's browser: whatever is wrong with the DSN, it is not for this server.
    return denied?.status === 401 && exchange.route.kind === 'tunnel' ? { ...denied, status: 403 } : denied;
  }

  async function answerStore(exchange: Exchange, bytes: Uint8Array): Promise<Answer> {
    const decoded = decodeStoreBody(bytes, LIMITS.eventBytes);
    if (decoded.kind === 'too_large')
      return refuseWhole(exchange, 'too_large', 'the event is larger than 4 MiB');
    if (decoded.kind === 'corrupt')
      return refuseWhole(exchange, 'corrupt', 'the body is neither JSON nor base64 of it');
    return answerEvent(exchange, decoded.bytes, 200);
  }

  async function answerEvent(exchange: Exchange, bytes: Uint8Array, status: 200 | 202): Promise<Answer> {
    if (exchange.key === null) return unauthorized();
    const facts = factsOf(exchange, exchange.key);
    const answer = await items.event(parsePayload(bytes), bytes.length, facts);
    return answer.status === 200 ? { ...answer, status } : answer;
  }

  function factsOf({ req, receivedMs, credentials }: Exchange, key: ActiveKey): RequestFacts {
    const { sentAt, sdk } = credentials;
    return { key, receivedMs, clientIp: deps.clientIp(req), sentAt, sdk };
  }

  /** A request that is refused as a whole counts as one item, of the only category it can be of. */
  function refuseWhole(
    { key, route }: Exchange,
    kind: 'malformed' | 'corrupt' | 'too_large',
    detail: string,
    causes: readonly string[] = [],
  ): Answer {
    if (key !== null) items.count(key, onlyCategory(route) ?? 'default', wholeOutcome(kind), 1);
    return refused(kind === 'too_large' ? 413 : 400, detail, causes);
  }

  return {
    matches: (pathname) => matchRoute(pathname) !== null,
    handle,
    handleSocket(ws, req) {
      serveSocket(ws, req, deps, items);
    },
  };
}

function unauthorized(): Answer {
  return refused(401, 'no sentry_key was sent');
}

function mayCarryDsn(route: BodyRoute): boolean {
  return route.kind === 'envelope' || route.kind === 'tunnel';
}

function projectOf(route: BodyRoute): string | null {
  return 'project' in route ? route.project : null;
}

/** Those of headers and query; some endpoints have theirs in the path, or a DSN in the query. */
function credentialsOf(req: IncomingMessage, route: BodyRoute, query: URLSearchParams): Credentials {
  const credentials = readCredentials(req.headers, query);
  if (route.kind === 'cron' && route.key !== null) credentials.keys.push(route.key);
  return route.kind === 'error_page' ? withDsn(credentials, query.get('dsn')) : credentials;
}

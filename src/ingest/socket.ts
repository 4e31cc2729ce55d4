/**
 * `WS /ingest`: one message is one event or one envelope; one answer a message, in order. Messages are worked on
 * up to 64 at a time; beyond, and while the writer is full, the socket is not read: TCP holds the sender back.
 */
import type { IncomingMessage } from 'node:http';
import type { RawData, WebSocket } from 'ws';
import { reasonOf, type Answer } from './answers.ts';
import { authorize, readCredentials, withDsn, type ActiveKey, type Credentials } from './dsn-auth.ts';
import { parseEnvelope } from './envelope-parser.ts';
import { LIMITS } from './limits.ts';
import { wholeOutcome } from './outcomes.ts';
import { parsePayload } from './payload.ts';
import type { IngestDeps } from './ports.ts';
import { maxKept, type ItemProcessor } from './process-items.ts';

/** How often a full writer is asked again. */
const ROOM_POLL_MS = 50;
const CLOSE_POLICY = 1008;
const CLOSE_TRY_AGAIN_LATER = 1013;
const RETRY_AFTER_S = 5;
const CANNOT_TAKE = 'Mesher cannot take this right now';

export function serveSocket(
  ws: WebSocket,
  req: IncomingMessage,
  deps: IngestDeps,
  items: ItemProcessor,
): void {
  const url = URL.parse(req.url ?? '', 'http://socket.invalid');
  const credentials = readCredentials(req.headers, url?.searchParams ?? new URLSearchParams());
  // Asked for each message, of a cache: a key that is revoked ends the socket as it ends requests.
  const authorized = () => authorize(deps, credentials, null);
  const clientIp = deps.clientIp(req);
  const isOpen = () => ws.readyState === ws.OPEN;
  let pending = 0;
  let refused: string | null = null;
  /** Every answer waits for the one before it: that is the order. */
  let answered: Promise<void> = Promise.resolve();

  // A broken frame ends the connection; `close` follows.
  ws.on('error', () => {});
  ws.on('message', (data: RawData) => {
    pending += 1;
    if (pending >= LIMITS.socketPending) ws.pause();
    answered = answerAfter(answered, work(toBytes(data)));
  });
  void refuseWithoutKey();

  async function refuseWithoutKey(): Promise<void> {
    const result = await authorized();
    if (result.kind === 'ok' || !isOpen()) return;
    if (result.kind === 'unknowable') deps.log.warn({ err: result.cause }, 'a key could not be looked up');
    const detail = result.kind === 'denied' ? result.detail : CANNOT_TAKE;
    ws.send(JSON.stringify({ error: detail }));
    ws.close(result.kind === 'denied' ? CLOSE_POLICY : CLOSE_TRY_AGAIN_LATER, detail);
  }

  async function answerAfter(previous: Promise<void>, reply: Promise<object>): Promise<void> {
    // Settled at once, awaited in turn: a failure while others are waited for is not unhandled.
    const settled = reply.catch((error: unknown) => {
      deps.log.error({ err: error }, 'ingest message failed');
      return { error: 'Mesher failed to handle this' };
    });
    await previous;
    const answer = await settled;
    pending -= 1;
    if (!isOpen()) return;
    ws.send(JSON.stringify(answer));
    if (refused !== null) ws.close(CLOSE_POLICY, refused);
    if (pending < LIMITS.socketPending / 2) ws.resume();
  }

  async function work(bytes: Uint8Array): Promise<object> {
    const result = await authorized();
    if (result.kind === 'denied') {
      refused = result.detail;
      return { error: refused };
    }
    if (result.kind === 'unknowable') return { error: CANNOT_TAKE, retry_after: RETRY_AFTER_S };
    await waitForRoom();
    return toReply(await processMessage(bytes, result.key, credentials));
  }

  async function waitForRoom(): Promise<void> {
    while (isOpen() && deps.admit().kind === 'full') {
      ws.pause();
      await new Promise<void>((resolve) => deps.clock.after(ROOM_POLL_MS, resolve));
    }
  }

  async function processMessage(bytes: Uint8Array, key: ActiveKey, sent: Credentials): Promise<Answer> {
    const facts = { key, receivedMs: deps.clock.now(), clientIp, sentAt: sent.sentAt, sdk: sent.sdk };
    if (!isEnvelope(bytes)) return items.event(parsePayload(bytes), bytes.length, facts);
    const parsed = parseEnvelope(bytes, maxKept);
    if (parsed.kind !== 'envelope') {
      items.count(key, 'default', wholeOutcome(parsed.kind), 1);
      return { status: 400, body: { detail: parsed.cause } };
    }
    const withEnvelope = withDsn(sent, parsed.envelope.header['dsn']);
    if (withEnvelope !== sent) {
      const check = await authorize(deps, withEnvelope, null);
      if (check.kind === 'denied') return { status: check.status, body: { detail: check.detail } };
      if (check.kind === 'unknowable') return { status: 503, body: { detail: CANNOT_TAKE } };
    }
    return items.envelope(parsed.envelope, facts);
  }
}

function toReply(answer: Answer): object {
  if (answer.status === 200) return { status: 'accepted', ...answer.body };
  const retryAfter = answer.headers?.['retry-after'];
  return {
    error: reasonOf(answer),
    ...(retryAfter === undefined ? {} : { retry_after: Number(retryAfter) }),
  };
}

/** An envelope's first line is a whole JSON object with something after it; an event's JSON is all there is. */
function isEnvelope(bytes: Uint8Array): boolean {
  const newline = bytes.indexOf(0x0a);
  if (newline < 0 || newline > LIMITS.headerLineBytes) return false;
  if (bytes.subarray(newline).every((byte) => byte <= 0x20)) return false;
  return parsePayload(bytes.subarray(0, newline)).kind === 'object';
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/**
 * The stream over plain HTTP: Server-Sent Events or NDJSON, mode 1, the same cursor. A second sink behind the same
 * subscription; the client resumes with `Last-Event-ID` or `?since=`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CLOSE, parseCursor } from '../protocol/down.ts';
import { parseFilters } from '../protocol/filter-parse.ts';
import { subscribeFromQuery } from '../protocol/up.ts';
import { authorise, originRefused } from './authorise.ts';
import type { Sink } from './sink.ts';
import { openSession, tellHello, type StreamServices } from './stream-services.ts';
import { subscribe } from './subscribe.ts';
import type { Transport } from './wire.ts';

export async function handleSse(
  services: StreamServices,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  project: string | null,
): Promise<void> {
  // The token in the address is the whole credential, so any page that has it may read the answer.
  const cors = url.searchParams.has('token') ? { 'access-control-allow-origin': '*' } : {};
  const fail = (status: number, code: string, message: string): void => {
    res.writeHead(status, { 'content-type': 'application/json', ...cors });
    res.end(JSON.stringify({ error: { code, message, hint: 'See docs/protocol.md.' } }));
  };
  if (req.method !== 'GET') return fail(405, 'method_not_allowed', 'use GET');
  const accept = req.headers.accept ?? '';
  const transport: Transport | null = accept.includes('application/x-ndjson')
    ? 'ndjson'
    : accept.includes('text/event-stream')
      ? 'sse'
      : null;
  if (project === null) return fail(404, 'not_found', 'name a project: /stream/projects/:id');
  if (transport === null)
    return fail(406, 'bad_request', 'open a WebSocket, or accept text/event-stream or application/x-ndjson');
  if (originRefused(services, req, url)) return fail(403, 'forbidden', 'this Origin may not open streams');
  if (!services.takesStreams()) return fail(503, 'unavailable', 'no streams at the moment');
  const asOf = services.access.moment();
  const asked = await authorise(services, req, url);
  if (asked.kind === 'nobody') return fail(401, 'unauthorized', 'sign in, or send a token');
  if (asked.kind === 'refused')
    return fail(asked.code === 'unauthorized' ? 401 : 403, asked.code, asked.message);
  const known = await services.resolveProject(project);
  if (known === null || !services.mayRead(asked.viewer, known))
    return fail(404, 'not_found', 'no such project');
  if (services.access.isFull(asked.viewer)) return fail(429, 'rate_limited', 'too many streams of one user');
  const parsed = subscribeFromQuery(url.searchParams);
  if (parsed.kind === 'refused') return fail(400, parsed.code, parsed.message);
  const { filters, scope } = parsed.command;
  const filter = parseFilters(filters, { scope, me: asked.viewer.userId });
  if (filter.kind === 'invalid') return fail(400, 'invalid_filter', `${filter.path}: ${filter.message}`);
  if (res.destroyed) return undefined;

  res.writeHead(200, {
    'content-type': transport === 'sse' ? 'text/event-stream; charset=utf-8' : 'application/x-ndjson',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    ...cors,
  });
  const session = openSession(services, { mode: 1, transport, sink: createHttpSink(req, res, transport) });
  services.access.grant(session, asked.viewer, asked.again, asOf);
  if (asked.take !== undefined) services.access.takeOver(session, asked.take);
  if (transport === 'sse') session.control(Buffer.from('retry: 2000\n\n'));
  tellHello(services, session);
  // An id that is no cursor of ours cannot be resumed from: that is a resync, not an error.
  const last = req.headers['last-event-id'];
  const since =
    typeof last === 'string' && last !== ''
      ? (parseCursor(last) ?? { epoch: '', seq: 0 })
      : parsed.command.since;
  const command = { ...parsed.command, project_id: project, ...(since === undefined ? {} : { since }) };
  const result = await subscribe(services, session, command, { mode0Answer: 'none' });
  if (result.kind === 'refused') {
    const { code, message } = result;
    session.tell({ type: 'error', code, status: 400, message, temporary: false });
    session.close(CLOSE.badRequest, code);
  }
  return undefined;
}

function createHttpSink(req: IncomingMessage, res: ServerResponse, transport: Transport): Sink {
  let written = (): void => {};
  const onWritten = (): void => written();
  const { socket } = req;
  return {
    write(bytes) {
      if (!res.writableEnded) res.write(bytes, onWritten);
    },
    get unsentBytes() {
      return socket.writableLength;
    },
    get progress() {
      return socket.bytesWritten - socket.writableLength;
    },
    get received() {
      return socket.bytesRead;
    },
    ping() {
      if (!res.writableEnded) res.write(transport === 'sse' ? ':\n\n' : '\n');
    },
    close() {
      res.end();
      // A peer that does not read never lets the response finish.
      if (socket.writableLength > 0) socket.destroy();
    },
    listen(on) {
      written = on.written;
      // The listener answers peers that ended their side; of a stream, that is its reader leaving, and waiting for the
      // next write to find out would keep its place taken.
      const left = (): void => void res.destroy();
      res.on('close', () => {
        socket.off('end', left);
        on.closed();
      });
      if (socket.readableEnded) left();
      else socket.once('end', left);
    },
  };
}

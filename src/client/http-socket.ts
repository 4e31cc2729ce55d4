/**
 * The stream over plain HTTP in the shape of a WebSocket, for networks that let no socket through: one NDJSON request
 * a subscription. What a socket would be told by a command is said by asking again, from the cursor.
 */
import { CLOSE, type ErrorMessage } from '../protocol/down.ts';
import type { WebSocketLike } from './web-socket.ts';

interface Callbacks {
  onopen: (() => void) | null;
  /** `sub`: the subscription that it came for; absent = all. */
  onmessage: ((event: { data: string; sub?: string }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
}

/** `url` of the stream, as a socket has it; `headers` only where the runtime lets them be set. */
export function openHttpSocket(
  url: string,
  headers: Readonly<Record<string, string>>,
  request: typeof fetch = fetch,
): WebSocketLike {
  const requests = new Map<string, AbortController>();
  let open = true;
  const callbacks: Callbacks = { onopen: null, onmessage: null, onclose: null, onerror: null };

  function close(code: number, reason: string): void {
    if (!open) return;
    open = false;
    socket.readyState = 3;
    for (const one of requests.values()) one.abort();
    callbacks.onclose?.({ code, reason });
  }

  function receive(line: string, sub: string): void {
    // The greeting was given when this opened; an empty line only says that the server lives.
    if (line.startsWith('{"type":"hello"')) return;
    callbacks.onmessage?.({ data: line === '' ? '{"type":"pong","t":0}' : line, sub });
  }

  /** What concerns one subscription is answered to it; who we are and how busy the server is concerns all. */
  async function refuse(response: Response, sub: string, id: unknown): Promise<void> {
    const closeCode = closeCodeOf(response.status);
    if (closeCode === CLOSE.unauthorized || closeCode === CLOSE.overload) return close(closeCode, '{}');
    const { error } = (await response.json()) as { error: Pick<ErrorMessage, 'code' | 'message'> };
    const message: ErrorMessage = {
      type: 'error',
      ...(typeof id === 'number' ? { id } : {}),
      code: error.code,
      status: response.status,
      message: error.message,
      temporary: false,
    };
    if (open) callbacks.onmessage?.({ data: JSON.stringify(message), sub });
    return undefined;
  }

  async function follow(command: Record<string, unknown>, sub: string): Promise<void> {
    requests.get(sub)?.abort();
    const mine = new AbortController();
    requests.set(sub, mine);
    const isMine = () => requests.get(sub) === mine;
    try {
      const response = await request(addressOf(url, command), {
        headers: { accept: 'application/x-ndjson', ...headers },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: mine.signal,
      });
      if (!isMine()) return undefined;
      if (!response.ok || response.body === null) return await refuse(response, sub, command['id']);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ''; ;) {
        const { value, done } = await reader.read();
        if (done) break;
        const lines = (rest + value).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (isMine()) receive(line, sub);
      }
      if (isMine()) close(1006, '');
    } catch {
      // Aborted by ourselves, or the network: only the latter ends the socket.
      if (isMine()) close(1006, '');
    }
    return undefined;
  }

  // As with a socket, nothing happens before the caller has set its callbacks.
  setTimeout(() => {
    if (open) callbacks.onmessage?.({ data: '{"type":"hello","v":1,"conn":"http","auth":{}}' });
  });
  const socket = Object.assign(callbacks, {
    readyState: 1,
    stateless: true,
    send(data: string) {
      const command = JSON.parse(data) as Record<string, unknown>;
      const sub = typeof command['sub'] === 'string' ? command['sub'] : 'live';
      if (command['type'] === 'subscribe') {
        void follow(command, sub);
      } else if (command['type'] === 'unsubscribe') {
        const mine = requests.get(sub);
        requests.delete(sub);
        mine?.abort();
      }
    },
    close: () => close(1000, ''),
  });
  return socket;
}

/** What a refused handshake means in the close codes of the stream. */
export function closeCodeOf(status: number): number {
  switch (status) {
    case 400:
    case 405:
    case 406:
      return CLOSE.badRequest;
    case 401:
      return CLOSE.unauthorized;
    case 403:
      return CLOSE.forbidden;
    case 404:
      return CLOSE.notFound;
    default:
      return CLOSE.overload;
  }
}

/** Fields that are not part of the address: the request is the subscription, and its answer needs no name. */
const NOT_SAID: ReadonlySet<string> = new Set(['type', 'project_id', 'id', 'sub']);

function addressOf(url: string, command: Record<string, unknown>): string {
  const address = new URL(url);
  address.protocol = address.protocol === 'wss:' ? 'https:' : 'http:';
  address.pathname = `/stream/projects/${encodeURIComponent(String(command['project_id']))}`;
  for (const [key, value] of Object.entries(command)) {
    if (NOT_SAID.has(key) || value === undefined) continue;
    address.searchParams.set(key, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return address.href;
}

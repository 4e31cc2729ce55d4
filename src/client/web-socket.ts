/** The part of a WebSocket that the client uses; browsers, Node's global and the `ws` package all have it. */
export interface WebSocketLike {
  readonly readyState: number;
  /** A new subscription begins at what it says, not where the one before it stood (HTTP). */
  readonly stateless?: boolean;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

/** For another implementation than the runtime's own. */
export type WebSocketFactory = (url: string, protocols: string[]) => WebSocketLike;

/** Browsers can set no headers; Node's own WebSocket can. */
export function defaultWebSocket(
  url: string,
  protocols: string[],
  headers: Readonly<Record<string, string>>,
): WebSocketLike {
  if (Object.keys(headers).length === 0) return new WebSocket(url, protocols);
  const withHeaders = WebSocket as unknown as new (
    url: string,
    init: { protocols: string[]; headers: Readonly<Record<string, string>> },
  ) => WebSocketLike;
  return new withHeaders(url, { protocols, headers });
}

/** `http(s)` becomes `ws(s)`; an address without a path gets `/stream`. */
export function streamUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.protocol === 'http:') parsed.protocol = 'ws:';
  if (parsed.protocol === 'https:') parsed.protocol = 'wss:';
  if (parsed.pathname === '/' || parsed.pathname === '') parsed.pathname = '/stream';
  return parsed.href;
}

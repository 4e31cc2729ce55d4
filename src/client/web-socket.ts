/** The part of a WebSocket that the client uses; browsers, Node's global and the `ws` package all have it. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

/** In Node, headers go in by a factory: `(url, protocols) => new WebSocket(url, { protocols, headers })`. */
export type WebSocketFactory = (url: string, protocols: string[]) => WebSocketLike;

export function defaultWebSocket(url: string, protocols: string[]): WebSocketLike {
  return new WebSocket(url, protocols);
}

/** `http(s)` becomes `ws(s)`; an address without a path gets `/stream`. */
export function streamUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.protocol === 'http:') parsed.protocol = 'ws:';
  if (parsed.protocol === 'https:') parsed.protocol = 'wss:';
  if (parsed.pathname === '/' || parsed.pathname === '') parsed.pathname = '/stream';
  return parsed.href;
}

/** The forms a live stream is opened in, all with one credential: what each was sent, and how it ended. */
import { WebSocket } from 'ws';

/** `query` goes into the address, for credentials that are no header. */
export interface Credential {
  headers: Readonly<Record<string, string>>;
  query?: string;
}

export interface OpenStream {
  form: string;
  /** All that came. */
  text(): string;
  isLive(): boolean;
  /** Close code, HTTP status of a refusal, or 0: a response over HTTP came to its end. null while it is open. */
  ended(): number | null;
  abort(): void;
}

/** Mode 0, mode 1, SSE and NDJSON. */
export function openStreams(url: string, projectId: string, credential: Credential): OpenStream[] {
  const path = `/stream/projects/${projectId}?${credential.query ?? ''}`;
  return [
    openSocket(`${url}${path}`, 'mode 0', credential.headers),
    openSocket(`${url}${path}&v=1`, 'mode 1', credential.headers),
    followHttp(`${url}${path}`, credential.headers, 'text/event-stream'),
    followHttp(`${url}${path}`, credential.headers, 'application/x-ndjson'),
  ];
}

export function openSocket(
  url: string,
  form: string,
  headers: Readonly<Record<string, string>>,
  protocols: string[] = [],
): OpenStream {
  const socket = new WebSocket(url.replace('http', 'ws'), protocols, { headers });
  let text = '';
  let ended: number | null = null;
  socket.on('message', (data) => (text += `${(data as Buffer).toString()}\n`));
  socket.on('error', () => undefined);
  socket.on('unexpected-response', (_request, response) => {
    ended ??= response.statusCode ?? 0;
    socket.terminate();
  });
  socket.on('close', (code) => (ended ??= code));
  return {
    form,
    text: () => text,
    // Nothing but events and changes comes in mode 0; who was let in follows the project from then on.
    isLive: () => (form === 'mode 0' ? socket.readyState === WebSocket.OPEN : text.includes('"live":true')),
    ended: () => ended,
    abort: () => socket.terminate(),
  };
}

export function followHttp(
  url: string,
  headers: Readonly<Record<string, string>>,
  accept: string,
): OpenStream {
  const abort = new AbortController();
  let text = '';
  let ended: number | null = null;
  const run = async (): Promise<void> => {
    const response = await fetch(url, { headers: { Accept: accept, ...headers }, signal: abort.signal });
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
    ended = response.status === 200 ? 0 : response.status;
  };
  void run().catch(() => (ended ??= 0));
  return {
    form: accept,
    text: () => text,
    isLive: () => text.includes('"live":true'),
    ended: () => ended,
    abort: () => abort.abort(),
  };
}

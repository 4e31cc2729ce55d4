/** Opens a stream on a running server and waits for messages; raw texts, no client in between. */
import { WebSocket } from 'ws';

export interface StreamViewer {
  /** Milliseconds from the call until a message that contains `text` has come. */
  until(text: string): Promise<void>;
  texts: string[];
  onText: ((text: string, at: number) => void) | null;
  close(): void;
}

export function openViewer(url: string, token: string): StreamViewer {
  const socket = new WebSocket(url, ['mesher.v1'], { headers: { authorization: `Bearer ${token}` } });
  const texts: string[] = [];
  let waiting: { text: string; done: () => void } | null = null;
  const viewer: StreamViewer = {
    texts,
    onText: null,
    until(text) {
      if (texts.some((one) => one.includes(text))) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waiting = { text, done: resolve };
        socket.once('error', reject);
      });
    },
    close: () => socket.terminate(),
  };
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    texts.push(text);
    viewer.onText?.(text, performance.now());
    if (waiting !== null && text.includes(waiting.text)) waiting.done();
  });
  return viewer;
}

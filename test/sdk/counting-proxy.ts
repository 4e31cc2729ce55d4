/** A proxy between an SDK and the server: what was asked, what was answered, and when. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxiedRequest {
  path: string;
  status: number;
  /** Of the answer, in seconds; 0 without one. */
  retryAfter: number;
  /** Milliseconds of a monotonic clock. */
  askedAt: number;
  answeredAt: number;
}

export interface CountingProxy {
  port: number;
  /** In the order they were asked; a request that is still open is not there yet. */
  requests: ProxiedRequest[];
  close(): Promise<void>;
}

export async function startCountingProxy(serverPort: number): Promise<CountingProxy> {
  const requests: ProxiedRequest[] = [];
  const listener = createServer((req, res) => {
    const askedAt = performance.now();
    const { method, url: path = '/', headers } = req;
    const onward = request({ host: '127.0.0.1', port: serverPort, method, path, headers }, (answer) => {
      requests.push({
        path,
        status: answer.statusCode ?? 0,
        retryAfter: Number(answer.headers['retry-after'] ?? 0),
        askedAt,
        answeredAt: performance.now(),
      });
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(res);
    });
    onward.once('error', () => res.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    requests,
    async close() {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

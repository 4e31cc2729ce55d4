/**
 * A closed-loop HTTP load over raw sockets: N keep-alive connections, each sends its next request when the answer
 * to the last one came. As little CPU as Node allows, because it shares the machine with what it measures.
 */
import { connect, type Socket } from 'node:net';
import { percentile, round } from './report.ts';

export interface LoadResult {
  answered: number;
  byStatus: Record<string, number>;
  elapsedMs: number;
  latency: { p50: number; p90: number; p99: number; max: number };
}

/** `next` gives the whole bytes of one request, or null when there is no more. */
export async function httpLoad(options: {
  port: number;
  connections: number;
  next(): Buffer | null;
  onAnswer?(status: number, requestIndex: number): void;
}): Promise<LoadResult> {
  const latencies: number[] = [];
  const byStatus: Record<string, number> = {};
  let answered = 0;
  let index = 0;
  const started = performance.now();
  await Promise.all(Array.from({ length: options.connections }, () => oneConnection()));
  const elapsedMs = performance.now() - started;
  const at = (p: number) => round(percentile(latencies, p), 2);
  return {
    answered,
    byStatus,
    elapsedMs,
    latency: { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) },
  };

  function oneConnection(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket: Socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
      let sentAt = 0;
      let current = -1;
      let pending = '';
      const send = () => {
        const request = options.next();
        if (request === null) {
          socket.end();
          resolve();
          return;
        }
        current = index++;
        sentAt = performance.now();
        socket.write(request);
      };
      socket.on('connect', send);
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.on('data', (chunk) => {
        pending += chunk.toString('latin1');
        const head = pending.indexOf('\r\n\r\n');
        if (head < 0) return;
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(pending.slice(0, head))?.[1] ?? Number.NaN);
        const whole = Number.isNaN(length)
          ? pending.endsWith('0\r\n\r\n')
          : pending.length >= head + 4 + length;
        if (!whole) return;
        const status = pending.slice(9, 12);
        pending = '';
        latencies.push(performance.now() - sentAt);
        byStatus[status] = (byStatus[status] ?? 0) + 1;
        answered++;
        options.onAnswer?.(Number(status), current);
        send();
      });
    });
  }
}

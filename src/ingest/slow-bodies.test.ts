/** A slow sender keeps its turn as long as nobody else wants it. */
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createTurns } from './large-bodies.ts';
import { BodyTooSlow, streamRest } from './read-body.ts';

const KIB = 1024;
const LIMITS = { maxBytes: 1e9, idleMs: 30_000, patienceMs: 30_000, bytesPerS: 64 * KIB };

let close = (): void => undefined;
afterEach(() => close());

/** Sends chunks, each `gapMs` after the one before was taken; resolves with how many were, and why it ended. */
async function send(
  chunks: number,
  o: { bytes: number; gapMs: number; busyMs?: number; othersWait: boolean },
): Promise<[number, string]> {
  let now = 0;
  const never = () => ({ cancel: () => undefined });
  const clock = { now: () => now, monotonic: () => now, after: never, every: never };
  let next = (): void => undefined;
  const result = new Promise<[number, string]>((resolve) => {
    const server = createServer((req, res) => void read(req).then(() => res.end()));
    async function read(req: IncomingMessage): Promise<void> {
      let received = 0;
      try {
        for await (const chunk of streamRest([], req, { ...LIMITS, othersWait: () => o.othersWait }, clock)) {
          received += chunk.length;
          if (received % o.bytes !== 0) continue;
          now += o.busyMs ?? 0;
          setImmediate(() => {
            now += o.gapMs;
            next();
          });
        }
        resolve([received / o.bytes, 'whole']);
      } catch (error) {
        resolve([received / o.bytes, error instanceof BodyTooSlow ? 'too slow' : String(error)]);
      }
    }
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const req = request({ port, host: '127.0.0.1', method: 'POST' });
      req.on('error', () => {});
      close = () => {
        req.destroy();
        server.closeAllConnections();
        server.close();
      };
      let left = chunks;
      next = () => {
        left -= 1;
        if (left < 0) req.end();
        else req.write(Buffer.alloc(o.bytes));
      };
      next();
    });
  });
  return result;
}

it.each([
  ['slow while others wait', { bytes: 1, gapMs: 20_000, othersWait: true }, [2, 'too slow']],
  ['slow while nobody waits', { bytes: 1, gapMs: 20_000, othersWait: false }, [5, 'whole']],
  ['fast while others wait', { bytes: 1024 * KIB, gapMs: 15_000, othersWait: true }, [5, 'whole']],
  ['held up by the server', { bytes: 1, gapMs: 10, busyMs: 40_000, othersWait: true }, [5, 'whole']],
])('IN16 a body that is %s', async (_name, o, expected) => {
  expect(await send(5, o)).toEqual(expected);
});

it('IN16 at most so many have a turn; others wait in order, and beyond a bound are turned away', async () => {
  const turns = createTurns(1, 1);
  const first = await turns.take();
  expect(turns.othersWait()).toBe(false);
  const second = turns.take();
  expect([turns.othersWait(), await turns.take()]).toEqual([true, null]);
  first?.();
  first?.();
  const end = await second;
  expect(turns.othersWait()).toBe(false);
  end?.();
  expect(await turns.take()).not.toBeNull();
});

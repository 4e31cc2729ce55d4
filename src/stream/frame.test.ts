import { once } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createServer } from 'node:http';
import { encodeTextFrame } from './frame.ts';
import type { AddressInfo } from 'node:net';

describe('encodeTextFrame', () => {
  it('ST3 frames of every length are what a receiver of ws reads back', async () => {
    const server = createServer();
    const wss = new WebSocketServer({ noServer: true });
    const texts = [
      '',
      'a',
      'x'.repeat(125),
      'x'.repeat(126),
      'x'.repeat(65_535),
      'x'.repeat(65_536),
      'é'.repeat(63),
      '😀'.repeat(40_000),
      ...fc.sample(fc.string({ unit: 'binary', maxLength: 400 }), 300).map((one) => one.toWellFormed()),
    ];
    const joined = Buffer.concat(texts.map(encodeTextFrame));
    server.on('upgrade', (req, socket, head) =>
      wss.handleUpgrade(req, socket, head, () => {
        // Split at awkward places.
        for (let at = 0; at < joined.length; at += 7919) socket.write(joined.subarray(at, at + 7919));
      }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ws = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const received: string[] = [];
    await new Promise<void>((resolve, reject) => {
      ws.on('error', reject);
      ws.on('message', (data: Buffer, isBinary) => {
        expect(isBinary).toBe(false);
        received.push(data.toString());
        if (received.length === texts.length) resolve();
      });
    });
    expect(received).toEqual(texts);
    ws.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
});

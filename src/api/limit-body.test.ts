import { getRequestListener } from '@hono/node-server';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limitBody } from './limit-body.ts';

/** As in the server: the adapter's own Request class reaches the function. */
const listener = getRequestListener(
  async (request) => {
    const limited = await limitBody(request, 1000);
    return limited
      ? new Response(`${limited.method} ${await limited.text()}`)
      : new Response('', { status: 413 });
  },
  { overrideGlobalObjects: false },
);
const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function ask(method: string, chunks: string[], headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const outgoing = send({ host: '127.0.0.1', port, method, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve(`${answer.statusCode ?? 0} ${text}`));
    });
    outgoing.on('error', reject);
    for (const chunk of chunks) outgoing.write(chunk);
    outgoing.end();
  });
}

it('API1 a DELETE without a body passes', async () => {
  expect(await ask('DELETE', [])).toBe('200 DELETE ');
});

it('API1 a chunked body passes whole up to the limit', async () => {
  expect(await ask('POST', ['{"a":', '1}'])).toBe('200 POST {"a":1}');
  expect(await ask('POST', ['x'.repeat(600), 'x'.repeat(600)])).toBe('413 ');
});

it('API1 a body that names its length is judged by it', async () => {
  expect(await ask('POST', ['{}'], { 'content-length': '2' })).toBe('200 POST {}');
  expect(await ask('POST', ['x'.repeat(1001)], { 'content-length': '1001' })).toBe('413 ');
});

import { expect, it } from 'vitest';
import { closeCodeOf, openHttpSocket } from './http-socket.ts';

it('ST87 a refused request means what the close codes say', () => {
  expect([400, 401, 403, 404, 406, 429, 503].map(closeCodeOf)).toEqual([
    4000, 4001, 4003, 4004, 4000, 4106, 4106,
  ]);
});

it('ST87 puts lines together, whatever the pieces, and asks anew for each subscription', async () => {
  const asked: string[] = [];
  const answer: typeof fetch = (input) => {
    asked.push(input instanceof Request ? input.url : input.toString());
    const pieces = ['{"type":"hello","v":1}\n{"type":"ma', 'rk","cursor":"é', '"}\n\n'];
    return Promise.resolve(new Response(new Blob(pieces).stream()));
  };
  const socket = openHttpSocket('wss://mesher.test/stream', {}, answer);
  const received: string[] = [];
  let closed: number | null = null;
  Object.assign(socket, {
    onmessage: (event: { data: string }) => received.push(event.data),
    onclose: (event: { code: number }) => (closed = event.code),
  });
  await expect.poll(() => received.length).toBe(1);
  socket.send('{"type":"subscribe","project_id":"a b","filters":{"level":"error"},"since":"aaaaaa.1"}');
  await expect.poll(() => closed).toBe(1006);
  expect(received.slice(1)).toEqual(['{"type":"mark","cursor":"é"}', '{"type":"pong","t":0}']);
  expect(asked).toEqual([
    'https://mesher.test/stream/projects/a%20b?filters=%7B%22level%22%3A%22error%22%7D&since=aaaaaa.1',
  ]);
  expect(socket.readyState).toBe(3);
});

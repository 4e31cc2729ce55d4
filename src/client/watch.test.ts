/** The watch list of a subscription: replaced in place, and asked for again after a reconnect. */
import { describe, expect, it } from 'vitest';
import { connectStream } from './stream-client.ts';
import type { WebSocketLike } from './web-socket.ts';

interface FakeSocket extends WebSocketLike {
  sent: { type: string; watch?: string[]; since?: string }[];
}

function fakeSocket(): FakeSocket {
  const sent: FakeSocket['sent'] = [];
  return {
    readyState: 1,
    sent,
    send: (data) => void sent.push(JSON.parse(data)),
    close: () => undefined,
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
  };
}

function tell(socket: FakeSocket, message: object): void {
  socket.onmessage?.({ data: JSON.stringify(message) } as never);
}
const HELLO = { type: 'hello', v: 1, conn: 'n1-1', auth: { kind: 'session', expires_at: null } };

describe('watch', () => {
  it('ST83 watch replaces the issues whose counters are followed, without moving the position', () => {
    const socket = fakeSocket();
    const stream = connectStream({ url: 'http://localhost', projectId: '1', webSocket: () => socket });
    stream.watch(['7']);
    // Before the greeting nothing is said: it would be a subscription of its own, from another position.
    expect(socket.sent).toHaveLength(0);
    tell(socket, HELLO);
    expect(socket.sent.at(-1)).toMatchObject({ type: 'subscribe', watch: ['7'] });
    stream.watch(['8', '9']);
    expect(socket.sent.at(-1)).toMatchObject({ type: 'subscribe', watch: ['8', '9'] });
    expect(socket.sent.at(-1)).not.toHaveProperty('since');
    stream.close();
  });
});

import { expect, it } from 'vitest';
import { fakeEvent } from '../../test/support/fake-log.ts';
import { encodeEntry, toLogged, type FrameStyle } from './entry-frame.ts';

const BASE: FrameStyle = {
  mode: 1,
  transport: 'websocket',
  payload: 'full',
  f: '00000000',
  projectId: 1,
  epoch: 'aaaaaa',
};

it('ST5 a frame made from that of another class is the one that it would have been alone', () => {
  const styles: FrameStyle[] = (['websocket', 'sse', 'ndjson'] as const).flatMap((transport) =>
    (['full', 'summary', 'none'] as const).flatMap((payload) =>
      ([0, 1] as const).flatMap((mode) =>
        ['aaaaaa', 'bbbbbb'].flatMap((epoch) =>
          [1, 2].flatMap((projectId) =>
            ['12345678', '9abcdef0'].map((f) => ({ mode, transport, payload, f, projectId, epoch })),
          ),
        ),
      ),
    ),
  );
  const event = {
    ...fakeEvent({ title: 'looks like "f":"deadbeef" 🧨', tags: { f: 'mine', '"f":"': '"f":"' } }),
    seq: 7,
  };
  const shared = toLogged(event);
  for (const style of styles) {
    // Whatever was encoded before it, the same style under another name among others.
    encodeEntry(shared, { ...style, f: 'ffffffff' }, true);
    const bytes = encodeEntry(shared, style, true).bytes;
    const alone = encodeEntry(toLogged(structuredClone(event)), style, true).bytes;
    expect(bytes.toString()).toBe(alone.toString());
  }
  // What was copied is not shared.
  const [one, other] = ['11111111', '22222222'].map((f) => encodeEntry(shared, { ...BASE, f }, true).bytes);
  expect(one?.toString()).toContain('"f":"11111111"');
  expect(other?.toString()).toContain('"f":"22222222"');
});

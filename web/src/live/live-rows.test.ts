import { describe, expect, it } from 'vitest';
import { addRows, fillDropped, MAX_ROWS, rowOfDropped, rowOfMessage, rowOfResync } from './live-rows.ts';
import type { DroppedMessage, ResyncMessage } from '../../../src/protocol/down.ts';
import type { EventMessage } from './messages.ts';

function event(seq: number): EventMessage {
  return {
    type: 'event',
    project_id: '1',
    issue_id: '7',
    seq,
    f: 'f',
    ts: seq,
    data: {
      id: seq.toString(16).padStart(32, '0'),
      level: 'error',
      title: `event ${seq}`,
      culprit: '',
      environment: null,
      release: null,
      platform: 'node',
      tags: {},
      user: { email: 'a@example.com' },
      timestamp: new Date(seq).toISOString(),
    },
  };
}
const dropped: DroppedMessage = {
  type: 'dropped',
  project_id: '1',
  f: 'f',
  reason: 'slow',
  count: 2,
  from: 3,
  to: 4,
};
const seqs = (rows: readonly { seq: number }[]) => rows.map(({ seq }) => seq);

describe('rows of the live page', () => {
  it('WEB9 newest on top, each event once', () => {
    const rows = addRows([], [rowOfMessage(event(1)), rowOfMessage(event(2))]);
    const again = addRows(rows, [rowOfMessage(event(2)), rowOfMessage(event(3))]);
    expect(seqs(again)).toEqual([3, 2, 1]);
    expect(addRows(again, [rowOfMessage(event(3))])).toBe(again);
  });

  it('WEB9 a drop notice stands where the events were, and loaded ones take its place in order', () => {
    const lost: ResyncMessage = {
      type: 'resync',
      f: 'f',
      reason: 'replay_limit',
      lost: { from: 7, to: 9000 },
      cursor: 'aaaaaa.9000',
      oldest: 'aaaaaa.1',
    };
    expect(rowOfResync(lost)).toMatchObject({
      kind: 'dropped',
      dropped: { reason: 'replay_limit', count: null, from: 7, to: 9000 },
    });
    const rows = addRows([], [rowOfMessage(event(2)), rowOfDropped(dropped), rowOfMessage(event(5))]);
    expect(rows.map((row) => row.kind)).toEqual(['event', 'dropped', 'event']);
    const filled = fillDropped(rows, rowOfDropped(dropped).key, [
      rowOfMessage(event(3)),
      rowOfMessage(event(4)),
      rowOfMessage(event(5)),
    ]);
    expect(seqs(filled)).toEqual([5, 4, 3, 2]);
  });

  it('WEB9 the list is bounded', () => {
    const many = Array.from({ length: MAX_ROWS + 10 }, (_, i) => rowOfMessage(event(i + 1)));
    const rows = addRows([], many);
    expect(rows).toHaveLength(MAX_ROWS);
    expect(rows[0]?.seq).toBe(MAX_ROWS + 10);
  });
});

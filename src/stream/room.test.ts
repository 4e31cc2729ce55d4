import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRooms, type RoomMember } from './room.ts';

function member(id: string, refuses = false): RoomMember<string> & { got: string[] } {
  const got: string[] = [];
  return {
    id,
    got,
    send(message) {
      if (!refuses) got.push(message);
      return !refuses;
    },
  };
}

describe('rooms', () => {
  it('ST70 broadcast reaches the members once each and counts refusals', () => {
    const rooms = createRooms<string>();
    const [a, b, c] = [member('a'), member('b', true), member('c')];
    for (const one of [a, b, c]) rooms.join(one, 'r');
    rooms.join(a, 'r');
    expect(rooms.broadcast('r', 'x')).toBe(1);
    expect([a.got, b.got, c.got]).toEqual([['x'], [], ['x']]);
    expect(rooms.broadcast('empty', 'x')).toBe(0);
  });

  it('ST70 broadcastExcept leaves one out by its id', () => {
    const rooms = createRooms<string>();
    const [a, b] = [member('a'), member('b')];
    for (const one of [a, b]) rooms.join(one, 'r');
    expect(rooms.broadcastExcept('r', 'x', 'a')).toBe(0);
    expect([a.got, b.got]).toEqual([[], ['x']]);
  });

  it('ST70 a member may be cleaned up while a broadcast runs', () => {
    const rooms = createRooms<string>();
    const b = member('b');
    const a: RoomMember<string> = {
      id: 'a',
      send() {
        rooms.cleanup(a);
        return false;
      },
    };
    for (const one of [a, b]) {
      rooms.join(one, 'r');
      rooms.join(one, 's');
    }
    expect(rooms.broadcast('r', 'x')).toBe(1);
    expect(b.got).toEqual(['x']);
    expect([rooms.size('r'), rooms.size('s')]).toEqual([1, 1]);
  });

  it('ST71 behaves like a set of pairs, and keeps nothing of who has left', () => {
    const op = fc.record({
      do: fc.constantFrom('join' as const, 'leave' as const, 'cleanup' as const),
      who: fc.nat(3),
      room: fc.constantFrom('r', 's', 't'),
    });
    fc.assert(
      fc.property(fc.array(op, { maxLength: 40 }), (ops) => {
        const rooms = createRooms<string>();
        const members = [0, 1, 2, 3].map((n) => member(String(n)));
        let model = new Set<string>();
        for (const { do: what, who, room } of ops) {
          const one = members[who];
          if (one === undefined) continue;
          if (what === 'join') {
            rooms.join(one, room);
            model.add(`${who} ${room}`);
          } else if (what === 'leave') {
            rooms.leave(one, room);
            model.delete(`${who} ${room}`);
          } else {
            rooms.cleanup(one);
            model = new Set([...model].filter((pair) => !pair.startsWith(`${who} `)));
          }
        }
        for (const room of ['r', 's', 't']) {
          expect(rooms.size(room)).toBe([...model].filter((pair) => pair.endsWith(` ${room}`)).length);
          rooms.broadcast(room, room);
        }
        for (const [n, one] of members.entries())
          expect(one.got).toEqual(['r', 's', 't'].filter((room) => model.has(`${n} ${room}`)));
        for (const one of members) rooms.cleanup(one);
        expect(rooms.count).toBe(0);
      }),
    );
  });
});

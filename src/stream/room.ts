/**
 * Rooms: named groups of connections on this node. A broadcast hands one message to each member's own queue and never
 * waits; what it returns is how many queues refused it (closing, or over their bound).
 */
export interface RoomMember<Message> {
  /** Unique on this node; `broadcastExcept` names a connection by it. */
  readonly id: string;
  /** false: refused. Must not throw and must not wait. */
  send(message: Message): boolean;
}

export interface Rooms<Message> {
  /** Joining twice is joining once. */
  join(member: RoomMember<Message>, room: string): void;
  leave(member: RoomMember<Message>, room: string): void;
  /** The connection is gone: leaves all its rooms. */
  cleanup(member: RoomMember<Message>): void;
  broadcast(room: string, message: Message): number;
  broadcastExcept(room: string, message: Message, exceptId: string): number;
  size(room: string): number;
  /** Rooms with at least one member. */
  readonly count: number;
}

export function createRooms<Message>(): Rooms<Message> {
  const membersOf = new Map<string, Set<RoomMember<Message>>>();
  const roomsOf = new Map<RoomMember<Message>, Set<string>>();

  function leave(member: RoomMember<Message>, room: string): void {
    const members = membersOf.get(room);
    if (members?.delete(member) && members.size === 0) membersOf.delete(room);
    const rooms = roomsOf.get(member);
    if (rooms?.delete(room) && rooms.size === 0) roomsOf.delete(member);
  }

  function broadcast(room: string, message: Message, exceptId: string | null): number {
    let refused = 0;
    // A member that refuses may be cleaned up meanwhile: a Set goes on without it.
    for (const member of membersOf.get(room) ?? [])
      if (member.id !== exceptId && !member.send(message)) refused++;
    return refused;
  }

  return {
    join(member, room) {
      const members = membersOf.get(room) ?? new Set();
      membersOf.set(room, members.add(member));
      const rooms = roomsOf.get(member) ?? new Set();
      roomsOf.set(member, rooms.add(room));
    },
    leave,
    cleanup(member) {
      for (const room of roomsOf.get(member) ?? []) leave(member, room);
    },
    broadcast: (room, message) => broadcast(room, message, null),
    broadcastExcept: broadcast,
    size: (room) => membersOf.get(room)?.size ?? 0,
    get count() {
      return membersOf.size;
    },
  };
}

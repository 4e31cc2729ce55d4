/** A message to a room: encoded at most once per mode and transport, whoever is in the room. */
import type { Mode, Transport } from './wire.ts';

export interface RoomMessage {
  /** Only the newest message with this key waits for a slow member; null = each one counts. */
  readonly conflate: string | null;
  /** null: this mode has no such message. */
  bytes(mode: Mode, transport: Transport): Buffer | null;
}

export function createRoomMessage(
  conflate: string | null,
  encode: (mode: Mode, transport: Transport) => Buffer | null,
): RoomMessage {
  const made = new Map<string, Buffer | null>();
  return {
    conflate,
    bytes(mode, transport) {
      const key = `${mode} ${transport}`;
      let bytes = made.get(key);
      if (bytes === undefined) made.set(key, (bytes = encode(mode, transport)));
      return bytes;
    },
  };
}

export function projectRoom(projectId: number): string {
  return `project:${projectId}`;
}

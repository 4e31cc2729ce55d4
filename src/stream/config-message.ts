/** A change of what a project has beside its log, as its followers are told of it. */
import type { ConfigChange } from '../viewer.ts';
import { createRoomMessage, projectRoom, type RoomMessage } from './room-message.ts';
import { encodeMessage } from './wire.ts';

/** null: nothing that followers show. Only the newest waits for a slow one. */
export function configMessage({
  kind,
  ref,
}: Pick<ConfigChange, 'kind' | 'ref'>): { room: string; message: RoomMessage } | null {
  if (kind !== 'saved_searches') return null;
  const message = createRoomMessage(`config ${ref} ${kind}`, (mode, transport) =>
    mode === 0 ? null : encodeMessage(transport, { type: 'config', project_id: ref, changed: kind }),
  );
  return { room: projectRoom(Number(ref)), message };
}

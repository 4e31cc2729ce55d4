/** Whether more can be taken, asked before a body is read; what stops it, where it is a fault and not just load. */

export type Room = { kind: 'ok' } | { kind: 'full'; retryAfterS: number; cause?: RoomCause };

export type RoomCause = 'disk_full' | 'database_away';

/** For a client and for whoever looks at /readyz: no path, no address. */
export const ROOM_CAUSES: { readonly [cause in RoomCause]: string } = {
  disk_full: 'The disk of the database is full: Mesher takes events again once there is room.',
  database_away: 'The database does not answer: Mesher takes events again once it does.',
};

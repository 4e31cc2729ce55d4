/** Bounds on what a client may send. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
export const COMMANDS = { perSecond: 30, burst: 60 } as const;

/** Where a session's bytes go: a WebSocket, or an HTTP response for SSE and NDJSON. */
export interface Sink {
  /** Whole messages. Nothing is written after `close`. */
  write(bytes: Buffer): void;
  /** Bytes taken by `write` that the kernel has not taken yet. */
  readonly unsentBytes: number;
  /** Grows with every byte the kernel takes and every byte the peer sends: proof of life. */
  readonly progress: number;
  readonly received: number;
  /** Asks the peer to answer; a transport without pings sends a comment. */
  ping(): void;
  close(code: number, reason: string): void;
  /** The session wants to know when what was written has left, and when the connection has ended. */
  listen(on: { written: () => void; closed: () => void }): void;
}

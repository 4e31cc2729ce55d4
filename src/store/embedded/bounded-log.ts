/** PostgreSQL's log: a file of bounded size with one predecessor, and its last lines in memory for errors. */
import { appendFileSync, renameSync, statSync } from 'node:fs';

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_LINES = 60;
const MAX_LINE = 2_000;

export interface BoundedLog {
  append(chunk: string): void;
  /** The last lines since `forget`, oldest first. */
  lastLines(): readonly string[];
  forget(): void;
}

export function createBoundedLog(path: string, maxBytes = MAX_BYTES): BoundedLog {
  let size = sizeOf(path);
  let lines: string[] = [];
  let rest = '';
  return {
    append(chunk) {
      const parts = (rest + chunk).split('\n');
      rest = (parts.pop() ?? '').slice(0, MAX_LINE);
      lines = [...lines, ...parts.map((line) => line.slice(0, MAX_LINE))].slice(-MAX_LINES);
      try {
        if (size > maxBytes) {
          renameSync(path, `${path}.1`);
          size = 0;
        }
        appendFileSync(path, chunk, { mode: 0o600 });
        size += Buffer.byteLength(chunk);
      } catch {
        // A full disk must not stop the server from reading the pipe; the lines in memory still tell the cause.
      }
    },
    lastLines: () => (rest === '' ? lines : [...lines, rest]),
    forget() {
      lines = [];
      rest = '';
    },
  };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

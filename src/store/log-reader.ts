/** Reads the durable log: what the stream replays, repairs its holes from and starts at. */
import type { LogEntry, LogHead } from '../protocol/change.ts';
import type { Database } from './database.ts';
import { entryOf } from './log-body.ts';
import { readLogHead } from './sql/read-head.ts';
import { readLogRows } from './sql/read-log.ts';

export interface LogReader {
  /** Entries with seq > afterSeq, ascending and dense from the oldest that is kept; at most `limit`. */
  readLog: (projectId: number, afterSeq: number, limit: number) => Promise<LogEntry[]>;
  /** null: no such project. */
  readHead: (projectId: number) => Promise<LogHead | null>;
}

export function createLogReader(db: Database): LogReader {
  return {
    async readLog(projectId, afterSeq, limit) {
      return (await readLogRows(db, projectId, afterSeq, limit)).map(entryOf);
    },
    readHead: (projectId) => readLogHead(db, projectId),
  };
}

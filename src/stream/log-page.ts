/**
 * The log as pages: what `GET /api/v1/projects/:p/log` answers, in the messages of mode 1. For a dropped range, or for
 * programs that poll. `since` is exclusive, `until` inclusive; the next page goes on from `next`.
 */
import { MesherError } from '../errors.ts';
import type { LogHead } from '../protocol/change.ts';
import { formatCursor, parseCursor } from '../protocol/down.ts';
import { canonical } from '../protocol/filter-canonical.ts';
import { parseFilters } from '../protocol/filter-parse.ts';
import type { ProjectRef } from '../viewer.ts';
import { toLogged } from './entry-frame.ts';
import { createFilterClass } from './filter-class.ts';
import type { ReadLog } from './log-source.ts';

export interface LogPageRequest {
  since?: string;
  until?: string;
  /** One term of the stream's filter per name. */
  filter: { [name: string]: string };
  limit: number;
}

export interface LogPage {
  items: object[];
  /** Cursor to go on from; null at the head or at `until`. */
  next: string | null;
}

const CHUNK = 500;
/** Entries looked at for one page: a filter that matches nothing must not read a week. */
const MAX_READ = 5_000;

export function createLogPages(deps: {
  readLog: ReadLog;
  readHead(projectId: number): Promise<LogHead | null>;
}) {
  return async function readLogPage(project: ProjectRef, request: LogPageRequest): Promise<LogPage> {
    const head = await deps.readHead(project.id);
    if (head === null) throw new MesherError('not_found');
    const { epoch } = head;
    const until = Math.min(seqOf(request.until, epoch, 'until') ?? head.head, head.head);
    // Without a beginning: the newest page.
    let at = seqOf(request.since, epoch, 'since') ?? Math.max(head.oldest - 1, until - request.limit);
    const parsed = parseFilters(request.filter, { scope: 'all', me: null });
    if (parsed.kind === 'invalid')
      throw new MesherError('invalid_filter', parsed.message, { path: parsed.path });
    const filterClass = createFilterClass(
      {
        mode: 1,
        transport: 'ndjson',
        scope: 'all',
        payload: 'full',
        filter: canonical(parsed.filter),
        variant: 0,
      },
      { projectId: project.id, epoch },
      { seq: at, at: 0 },
      // What is too large for the stream can be read here.
      Infinity,
    );

    const items: object[] = [];
    const stopAt = at + MAX_READ;
    while (at < until && at < stopAt && items.length < request.limit) {
      const entries = await deps.readLog(project.id, at, Math.min(CHUNK, until - at));
      if (entries.length === 0) break;
      for (const entry of entries) {
        at = entry.seq;
        const frame = filterClass.frameOf(toLogged(entry));
        if (frame !== null) items.push(JSON.parse(frame.bytes.toString()) as object);
        if (items.length === request.limit) break;
      }
    }
    return { items, next: at < until ? formatCursor({ epoch, seq: at }) : null };
  };
}

function seqOf(text: string | undefined, epoch: string, path: string): number | null {
  if (text === undefined) return null;
  const cursor = parseCursor(text);
  if (cursor === null || cursor.epoch !== epoch) {
    throw new MesherError('invalid_cursor', 'The cursor is not one of this log.', {
      path,
      hint: 'Use a cursor that the stream or a page gave.',
    });
  }
  return cursor.seq;
}

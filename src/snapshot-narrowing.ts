/**
 * The part of a stream filter that the list of issues knows too: equality on status and level at the top. The stream
 * checks every issue itself; this only keeps a snapshot from being filled with rows that will be taken out.
 */
import { LEVELS, type Level } from './event.ts';
import type { IssueStatus } from './protocol/change.ts';
import type { Filter } from './protocol/filter.ts';

const STATUSES: readonly IssueStatus[] = ['unresolved', 'resolved', 'archived'];

export function narrowing(filter: Filter): { status?: IssueStatus[]; level?: Level[] } {
  const parts = filter.op === 'all' ? filter.of : [filter];
  const status = equalities(parts, 'is', STATUSES);
  const level = equalities(parts, 'level', LEVELS);
  return { ...(status && { status }), ...(level && { level }) };
}

function equalities<T extends string>(
  parts: readonly Filter[],
  field: string,
  known: readonly T[],
): T[] | undefined {
  for (const part of parts) {
    if (part.op !== 'match' || part.field !== field) continue;
    const wanted = known.filter((value) =>
      part.patterns.some((pattern) => pattern.how === 'equals' && !pattern.not && pattern.value === value),
    );
    // Anything but plain equalities: leave it to the stream.
    if (wanted.length > 0 && part.patterns.every((pattern) => pattern.how === 'equals' && !pattern.not))
      return wanted;
  }
  return undefined;
}

/** Events of an issue counted in buckets of time: of all hashes it has now, whatever was merged or taken out. */
import type { Queryable } from '../database.ts';
import { timeText } from '../filter-sql.ts';
import { bucketOf, type CountedRange } from './select-buckets.ts';

/** Only what is not 0. */
export async function selectIssueBuckets(
  db: Queryable,
  issueId: string,
  o: CountedRange,
): Promise<{ start: number; events: number }[]> {
  const { text, values } = issueBucketsStatement(issueId, o);
  return db.query(text, values);
}

export function issueBucketsStatement(issueId: string, o: CountedRange): { text: string; values: unknown[] } {
  const { expression, parameter } = bucketOf(o);
  const table = o.minutes < 15 ? 'hash_minutes' : 'hash_quarters';
  return {
    text: `
      select ${expression} as start, sum(c.events)::bigint as events
      from issue_hashes o join ${table} c on c.project_id = o.project_id and c.hash = o.hash
      where o.issue_id = $1 and c.at >= $2 and c.at < $3 group by 1`,
    values: [issueId, timeText(o.first), timeText(o.until), parameter],
  };
}

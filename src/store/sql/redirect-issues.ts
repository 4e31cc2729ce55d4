/** Ids of issues that were merged into another one. All issues concerned are locked. */
import type { Queryable } from '../database.ts';

/** What led to a source leads to the target from now on: no chains. */
const FOLLOW = 'update issue_redirects set target_id = $2 where target_id = any ($1::bigint[])';
const INSERT = `
  insert into issue_redirects (issue_id, project_id, target_id, rev, merged_at, title_key)
  select id, project_id, $2, rev + 1, $3, title_key from issues where id = any ($1::bigint[])`;
const TAKE_BACK = `
  delete from issue_redirects where issue_id = $1 and target_id = $2 returning rev, title_key`;
const TARGET = 'select target_id from issue_redirects where issue_id = $1';

/** Before the sources are removed. */
export async function redirectIssues(
  tx: Queryable,
  sources: readonly number[],
  target: number,
  nowMs: number,
): Promise<void> {
  await tx.execute(FOLLOW, [sources, target]);
  await tx.execute(INSERT, [sources, target, new Date(nowMs).toISOString()]);
}

/** What the issue goes on from; null: the id does not lead there. */
export async function takeBackId(
  tx: Queryable,
  id: number,
  target: number,
): Promise<{ rev: number; title_key: string | null } | null> {
  const [row] = await tx.query<{ rev: number; title_key: string | null }>(TAKE_BACK, [id, target]);
  return row ?? null;
}

export async function selectRedirect(db: Queryable, id: string): Promise<number | null> {
  const [row] = await db.query<{ target_id: number }>(TARGET, [id]);
  return row?.target_id ?? null;
}

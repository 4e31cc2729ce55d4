/** Removes a project: first, in lock order, what makes it visible; then, without locks, the rows nobody can reach any more. */
import type { Queryable } from '../database.ts';
import { deleteAttachmentsOfProject } from './delete-attachments.ts';

const LOCK_ISSUES = 'select from issues where project_id = $1 order by id for update';
const DELETE_USERS = 'delete from issue_users u using issues i where i.id = u.issue_id and i.project_id = $1';
/** Of issues that are gone already. */
const DELETE_MOVING_USERS =
  'delete from issue_users u using issue_moves m where m.from_id = u.issue_id and m.project_id = $1';
const DELETE_HASHES = 'delete from issue_hashes where project_id = $1';
/** Keys, issues, hours, outcomes, activity and the log's head go by foreign key. */
const DELETE = 'delete from projects where id = $1';
const REST = [
  'events',
  'log',
  'log_days',
  'event_keys',
  'hash_tags',
  'hash_tag_counts',
  'hash_minutes',
  'hash_quarters',
  'hash_days',
  'project_tags',
].map((table) => `delete from ${table} where project_id = $1`);

/** false: there is no such project. */
export async function deleteProject(tx: Queryable, id: number): Promise<boolean> {
  for (const statement of [LOCK_ISSUES, DELETE_USERS, DELETE_MOVING_USERS, DELETE_HASHES])
    await tx.execute(statement, [id]);
  return (await tx.execute(DELETE, [id])) === 1;
}

export async function deleteProjectRows(db: Queryable, id: number): Promise<void> {
  await deleteAttachmentsOfProject(db, id);
  for (const statement of REST) await db.execute(statement, [id]);
}

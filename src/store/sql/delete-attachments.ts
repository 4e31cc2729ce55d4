/** Removes attachments with their bytes: what was never attached, an event's, a project's. */
import type { Queryable } from '../database.ts';

const EXPIRED = `
  with expired as (
    delete from attachment_uploads where id in
      (select id from attachment_uploads where started_at < $1 limit 100 for update skip locked) returning id
  )
  delete from attachment_chunks c using expired e where c.attachment_id = e.id`;
const UPLOADS = `
  with given_up as (delete from attachment_uploads where id = any ($1::uuid[]) returning id)
  delete from attachment_chunks c using given_up g where c.attachment_id = g.id`;
const OF_PROJECT = `
  with doomed as (delete from attachments where project_id = $1 returning id)
  delete from attachment_chunks c using doomed d where c.attachment_id = d.id`;

/** Uploads that began before `beforeMs` and never became an attachment. */
export async function deleteExpiredUploads(db: Queryable, beforeMs: number): Promise<void> {
  await db.execute(EXPIRED, [new Date(beforeMs).toISOString()]);
}

export async function deleteUploads(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.execute(UPLOADS, [ids]);
}

export async function deleteAttachmentsOfProject(db: Queryable, projectId: number): Promise<void> {
  await db.execute(OF_PROJECT, [projectId]);
}

const OLD = `
  with doomed as (
    delete from attachments where id = any (array(
      select id from attachments where project_id = $1 and received_at < $2::date
      order by received_at limit $3 for update skip locked)) returning id
  ), chunks as (
    delete from attachment_chunks c using doomed d where c.attachment_id = d.id
  )
  select count(*) as removed from doomed`;

/** Received before `day`; resolves with how many of at most `limit`. */
export async function deleteOldAttachments(
  db: Queryable,
  o: { projectId: number; day: string; limit: number },
): Promise<number> {
  const [row] = await db.query<{ removed: number }>(OLD, [o.projectId, o.day, o.limit]);
  return row?.removed ?? 0;
}

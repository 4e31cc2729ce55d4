/** Revokes a key; false when it is none of the project or revoked already. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  update project_keys set revoked_at = now() where project_id = $1 and id = $2 and revoked_at is null`;

export async function revokeKey(db: Queryable, projectId: number, keyId: number): Promise<boolean> {
  return (await db.execute(STATEMENT, [projectId, keyId])) === 1;
}

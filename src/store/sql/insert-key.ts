/** A DSN key of a project. */
import type { Queryable } from '../database.ts';
import { KEY_COLUMNS, type KeyRow } from './select-keys.ts';

const STATEMENT = `
  insert into project_keys (project_id, public_key, label) values ($1, $2, $3) returning ${KEY_COLUMNS}`;

export async function insertKey(
  db: Queryable,
  o: { projectId: number; publicKey: string; label: string },
): Promise<KeyRow> {
  const [row] = await db.query<KeyRow>(STATEMENT, [o.projectId, o.publicKey, o.label]);
  if (!row) throw new Error('PostgreSQL returned no key.');
  return row;
}

/** The DSN keys of a project, oldest first, revoked ones too. */
import type { Queryable } from '../database.ts';

export interface KeyRow {
  id: number;
  project_id: number;
  public_key: string;
  label: string;
  created_at: number;
  revoked_at: number | null;
}
export const KEY_COLUMNS = 'id, project_id, public_key, label, created_at, revoked_at';

const STATEMENT = `select ${KEY_COLUMNS} from project_keys where project_id = $1 order by id`;

export async function selectKeys(db: Queryable, projectId: number): Promise<KeyRow[]> {
  return db.query(STATEMENT, [projectId]);
}

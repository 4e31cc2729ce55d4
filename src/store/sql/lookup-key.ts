/** What ingestion needs to know of a DSN key. */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'lookup_key',
  text: `
    select k.id as key_id, p.id as project_id, p.slug, p.organization_id, p.settings,
      k.revoked_at is not null as revoked
    from project_keys k join projects p on p.id = k.project_id
    where k.public_key = $1`,
};

export interface LookedUpKey<Settings> {
  key_id: number;
  project_id: number;
  slug: string;
  organization_id: string;
  settings: Settings;
  revoked: boolean;
}

export async function lookupKey<Settings>(
  db: Queryable,
  publicKey: string,
): Promise<LookedUpKey<Settings> | null> {
  const [row] = await db.query<LookedUpKey<Settings>>(STATEMENT, [publicKey]);
  return row ?? null;
}

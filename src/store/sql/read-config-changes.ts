/**
 * Config changes committed since an earlier reading. `since` is the xmin that reading answered: every transaction
 * below it was over then, so whatever it wrote was seen; from it on rows may repeat and the caller drops those.
 */
import type { ConfigChange } from '../../viewer.ts';
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'read_config_changes',
  text: `
    select pg_snapshot_xmin(pg_current_snapshot())::text as xmin, c.id, c.kind, c.ref
    from (select 1) one left join config_changes c on c.xid >= $1::xid8
    order by c.id`,
};

export async function readConfigChanges(
  db: Queryable,
  since: string,
): Promise<{ xmin: string; changes: ConfigChange[] }> {
  const rows = await db.query<{
    xmin: string;
    id: number | null;
    kind: ConfigChange['kind'];
    ref: string;
  }>(STATEMENT, [since]);
  return {
    xmin: rows[0]?.xmin ?? since,
    changes: rows.flatMap(({ id, kind, ref }) => (id === null ? [] : [{ id, kind, ref }])),
  };
}

/** Where a reader that begins now begins: it knows everything that is committed. */
export async function readConfigHorizon(db: Queryable): Promise<{ xmin: string; known: number[] }> {
  const rows = await db.query<{ xmin: string; id: number | null }>(
    `with now as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as xmin)
     select now.xmin::text as xmin, c.id from now left join config_changes c on c.xid >= now.xmin`,
  );
  const [first] = rows;
  if (!first) throw new Error('PostgreSQL has no snapshot.');
  return { xmin: first.xmin, known: rows.flatMap(({ id }) => (id === null ? [] : [id])) };
}

/** Nodes read within a second; a day is for people who look. */
export async function pruneConfigChanges(db: Queryable, nowMs: number): Promise<number> {
  return db.execute('delete from config_changes where at < $1', [new Date(nowMs - 86_400_000).toISOString()]);
}

/**
 * Removes what is too old from a table that has no partitions by day: portion by portion of its blocks, so that no
 * statement takes long and no index on the time has to be kept for every insert. Locked rows wait for the next sweep.
 */
import type { Queryable } from '../database.ts';

/** A closed list: names are put into SQL. `time` is a date or a timestamp. */
export const SWEPT = [
  { table: 'event_keys', time: 'day', life: 'events' },
  { table: 'feedback', time: 'received_at', life: 'events' },
  { table: 'check_ins', time: 'started_at', life: 'events' },
  { table: 'quarantine', time: 'at', life: 'events' },
  { table: 'release_sessions', time: 'hour', life: 'counters' },
  { table: 'outcomes', time: 'hour', life: 'counters' },
  { table: 'project_counts', time: 'at', life: 'counters' },
  { table: 'release_counts', time: 'at', life: 'counters' },
  { table: 'issue_hours', time: 'hour', life: 'counters' },
  { table: 'hash_minutes', time: 'at', life: 'minutes' },
  // Before the quarters, which tell where its rows are (hash-counts.ts).
  { table: 'hash_days', time: 'day', life: 'charts' },
  { table: 'hash_quarters', time: 'at', life: 'charts' },
  { table: 'project_tags', time: 'day', life: 'charts' },
] as const;
export type Swept = (typeof SWEPT)[number];

/** The table itself, or its partitions, with their size. */
export async function leavesOf(db: Queryable, table: string): Promise<{ name: string; blocks: number }[]> {
  return db.query(
    `select leaf::text as name, pg_relation_size(leaf) / current_setting('block_size')::int as blocks
     from (
       select relid as leaf from pg_partition_tree($1) where isleaf
       union select oid::regclass from pg_class where oid = $1::regclass and relkind = 'r'
     ) as leaves order by 1`,
    [table],
  );
}

/** Days as 'YYYY-MM-DD': what is older goes. Projects not named keep to `otherwise`. */
export interface Cutoffs {
  readonly projectIds: readonly number[];
  readonly days: readonly string[];
  readonly otherwise: string;
}

/** Of blocks `from` up to `to`; resolves with how many rows. */
export async function sweepBlocks(
  db: Queryable,
  o: { swept: Swept; leaf: string; from: number; to: number; cutoffs: Cutoffs },
): Promise<number> {
  const { table, time } = o.swept;
  const owner =
    table === 'issue_hours' ? '(select i.project_id from issues i where i.id = t.issue_id)' : 't.project_id';
  const { projectIds, days, otherwise } = o.cutoffs;
  // Almost all rows are younger than any of them, and need not be joined.
  const newest = days.reduce((a, b) => (a > b ? a : b), otherwise);
  return db.execute(
    `with cutoffs (project_id, day) as (select * from unnest($1::bigint[], $2::date[]))
     delete from ${o.leaf} where ctid = any (array(
       select t.ctid from ${o.leaf} t left join cutoffs c on c.project_id = ${owner}
       where t.ctid >= $4::tid and t.ctid < $5::tid and t.${time} < $6::date and t.${time} < coalesce(c.day, $3::date)
       for update of t skip locked))`,
    [projectIds, days, otherwise, `(${o.from},0)`, `(${o.to},0)`, newest],
  );
}

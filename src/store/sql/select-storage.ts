/** Sizes of what is stored, from the catalog and from what is counted anyway: no table of events is read. */
import type { Queryable } from '../database.ts';

export interface PartSize {
  /** `events`, `log` by day; others whole. */
  part: string;
  day: string | null;
  bytes: number;
}

/** With indexes and TOAST. */
export async function selectPartSizes(db: Queryable): Promise<PartSize[]> {
  return db.query(`
    select coalesce(root.relname, c.relname) as part,
      case when root.relname in ('events', 'log') then to_date(right(c.relname, 8), 'YYYYMMDD') end as day,
      pg_total_relation_size(c.oid) as bytes
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class root on root.oid = i.inhparent
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`);
}

/** Entries of each project and day that are kept. */
export async function selectLogDays(
  db: Queryable,
): Promise<{ project_id: number; day: string; entries: number }[]> {
  return db.query(`
    select d.project_id, d.day,
      coalesce(lead(d.first_seq) over (partition by d.project_id order by d.day), l.seq + 1) - d.first_seq as entries
    from log_days d join project_log l on l.project_id = d.project_id`);
}

/** Described in a row each; the bytes themselves are not read. */
export async function selectAttachmentSums(
  db: Queryable,
): Promise<{ project_id: number; attachments: number; bytes: number }[]> {
  return db.query(
    'select project_id, count(*) as attachments, sum(size) as bytes from attachments group by project_id',
  );
}

export async function selectDatabaseBytes(db: Queryable): Promise<number> {
  const [row] = await db.query<{ bytes: number }>('select pg_database_size(current_database()) as bytes');
  return row?.bytes ?? 0;
}

export async function selectWalBytes(db: Queryable): Promise<number> {
  const [row] = await db.query<{ bytes: number }>(
    'select coalesce(sum(size), 0) as bytes from pg_ls_waldir()',
  );
  return row?.bytes ?? 0;
}

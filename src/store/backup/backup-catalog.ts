/**
 * What is in a backup: every table of the schema, found in the catalog, so that a new table is in it by itself. In: a
 * connection. Out: tables with their columns, sequences, foreign keys.
 */
import type { ClientBase } from 'pg';
import type { TableHeader } from './backup-format.ts';

/**
 * Tables whose rows mean nothing in another place or time, or would be a danger there: who was signed in, links and
 * tokens that are good once, transaction ids of this database, leases. They are restored empty.
 */
const LEFT_OUT = new Set([
  'leases',
  'config_changes',
  'session',
  'verification',
  'stream_tokens',
  'password_links',
]);

/** By name. Generated columns are made again. */
export async function listTables(client: ClientBase): Promise<TableHeader[]> {
  const { rows } = await client.query<TableHeader>(`
    select c.relname as name,
      (select json_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      coalesce((select json_agg(to_char(to_date(right(p.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') order by p.relname)
        from pg_partitioned_table t join pg_inherits i on i.inhparent = t.partrelid
        join pg_class p on p.oid = i.inhrelid
        where t.partrelid = c.oid and t.partstrat = 'r' and not i.inhdetachpending), '[]') as days
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname`);
  return rows;
}

export function isKept(table: Pick<TableHeader, 'name'>): boolean {
  return !LEFT_OUT.has(table.name);
}

export async function listSequences(client: ClientBase): Promise<{ name: string; value: number }[]> {
  const { rows } = await client.query<{ name: string; value: string }>(
    `select sequencename as name, last_value::text as value from pg_sequences
     where schemaname = 'public' and last_value is not null order by 1`,
  );
  return rows.map(({ name, value }) => ({ name, value: Number(value) }));
}

export async function listForeignKeys(
  client: ClientBase,
): Promise<{ table: string; name: string; definition: string }[]> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint
     where contype = 'f' and conparentid = 0 and connamespace = 'public'::regnamespace order by conrelid, conname`,
  );
  return rows;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function columnList(table: TableHeader): string {
  return table.columns.map(quoted).join(', ');
}

/**
 * The schema of a database as text, the same for the same schema: columns, constraints, indexes, triggers, views, functions,
 * each sorted by name. Daily partitions are left out, since they come and go, and what extensions bring.
 */
import type { Queryable } from '../../src/store/database.ts';

const TABLES = `
  select c.oid::int as oid, c.relname as name, array_to_string(c.reloptions, ', ') as options,
    pg_get_partkeydef(c.oid) as partition_by, pg_get_expr(c.relpartbound, c.oid) as bound, p.relname as parent
  from pg_class c
  left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname !~ '_[0-9]{8}$'
  order by c.relname`;
const COLUMNS = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as not_null,
    pg_get_expr(d.adbin, d.adrelid) as default_value, a.attidentity as identity,
    case when a.attstorage <> t.typstorage then a.attstorage::text end as storage
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by a.attnum`;
// Not-null constraints are rows of the catalogue since PostgreSQL 18 only; the columns say it in every version.
const CONSTRAINTS = `
  select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
  where conrelid = $1::oid and contype <> 'n' order by conname`;
const INDEXES = `
  select pg_get_indexdef(i.indexrelid) as definition from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = $1::oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
  order by c.relname`;
const TRIGGERS = `
  select pg_get_triggerdef(oid) as definition from pg_trigger where tgrelid = $1::oid and not tgisinternal
  order by tgname`;
const VIEWS = `
  select c.relname as name, pg_get_viewdef(c.oid) as definition from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' order by c.relname`;
const FUNCTIONS = `
  select pg_get_functiondef(oid) as definition from pg_proc
  where pronamespace = 'public'::regnamespace
    and not exists (select from pg_depend d where d.objid = pg_proc.oid and d.deptype = 'e')
  order by proname`;

interface Definition {
  definition: string;
}

export async function dumpSchema(db: Queryable): Promise<string> {
  const parts: string[] = [];
  const tables = await db.query<{
    oid: number;
    name: string;
    options: string | null;
    partition_by: string | null;
    bound: string | null;
    parent: string | null;
  }>(TABLES);
  for (const table of tables) {
    if (table.parent !== null) {
      parts.push(`table ${table.name} partition of ${table.parent} ${table.bound ?? ''}`);
      continue;
    }
    const columns = await db.query<{
      name: string;
      type: string;
      not_null: boolean;
      default_value: string | null;
      identity: string;
      storage: string | null;
    }>(COLUMNS, [table.oid]);
    const constraints = await db.query<{ name: string } & Definition>(CONSTRAINTS, [table.oid]);
    const lines = [
      ...columns.map((c) =>
        [
          c.name,
          c.type,
          c.not_null ? 'not null' : '',
          c.default_value === null ? '' : `default ${c.default_value}`,
          c.identity === '' ? '' : 'identity',
          c.storage === null ? '' : `storage ${c.storage}`,
        ]
          .filter((word) => word !== '')
          .join(' '),
      ),
      ...constraints.map((c) => `constraint ${c.name} ${c.definition}`),
    ];
    const head = [
      `table ${table.name}`,
      table.partition_by === null ? '' : ` partition by ${table.partition_by}`,
      table.options === null ? '' : ` with (${table.options})`,
    ].join('');
    const after = [
      ...(await db.query<Definition>(INDEXES, [table.oid])),
      ...(await db.query<Definition>(TRIGGERS, [table.oid])),
    ];
    parts.push(
      [head, ...lines.map((line) => `  ${line}`), ...after.map((row) => `  ${row.definition}`)].join('\n'),
    );
  }
  for (const view of await db.query<{ name: string } & Definition>(VIEWS))
    parts.push(`view ${view.name}\n${view.definition}`);
  for (const { definition } of await db.query<Definition>(FUNCTIONS)) parts.push(definition.trim());
  return `-- What the migrations make, for reading and review: written and checked by migrate.pg.test.ts, never run.\n\n${parts.join('\n\n')}\n`;
}

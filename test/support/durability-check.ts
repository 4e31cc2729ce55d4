/** What the promises of durability come to in the database: counts of what is broken, all 0 when they hold. */
import pg from 'pg';
import { peekEmbedded } from '../../src/store/embedded/embedded-postgres.ts';

export interface DurabilityCheck {
  /** Ids answered 200 that are not there. */
  missing: number;
  /** Rows beyond the first of their event id. */
  twice: number;
  /** Seqs of the log that no row has. */
  holes: number;
  /** Events that issues count and that are not there, or the other way round. */
  miscounted: number;
}

/** `answered`: ids that were answered 200. Asks the embedded PostgreSQL of a running server. */
export async function checkDurability(
  dataDir: string,
  answered: readonly string[],
): Promise<DurabilityCheck> {
  const client = new pg.Client({ connectionString: peekEmbedded(dataDir) ?? '' });
  await client.connect();
  try {
    // One statement, so that the load may go on meanwhile.
    const { rows } = await client.query<DurabilityCheck>(
      `select
         (select count(*)::int from unnest($1::uuid[]) as a (id)
          where not exists (select from events e where e.event_id = a.id)) as missing,
         (select (count(*) - count(distinct (project_id, event_id)))::int from events) as twice,
         (select coalesce(sum(case when p.seq = 0 then 0 else p.seq - coalesce(n, 0) end), 0)::int
          from project_log p
          left join (select project_id, count(distinct seq) as n from log group by project_id) l using (project_id)
         ) as holes,
         abs((select coalesce(sum(event_count), 0)::int from issues) - (select count(*)::int from events)) as miscounted`,
      [answered],
    );
    const [check] = rows;
    if (check === undefined) throw new Error('the check returned nothing');
    return check;
  } finally {
    await client.end();
  }
}

/** Takes, renews or gives back a lease. The database's clock decides, so clocks of nodes need not agree. */
import type { Queryable } from '../database.ts';

const TAKE = {
  name: 'take_lease',
  text: `
    insert into leases as l (name, holder, until)
    values ($1, $2, clock_timestamp() + $3 * interval '1 ms')
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
    where l.holder = excluded.holder or l.until < clock_timestamp()`,
};
const RELEASE = 'delete from leases where name = $1 and holder = $2';

export interface LeaseKey {
  name: string;
  holder: string;
}

/** false: another holder's time is not over. */
export async function takeLease(db: Queryable, key: LeaseKey, ttlMs: number): Promise<boolean> {
  return (await db.execute(TAKE, [key.name, key.holder, ttlMs])) === 1;
}

export async function releaseLease(db: Queryable, key: LeaseKey): Promise<void> {
  await db.execute(RELEASE, [key.name, key.holder]);
}

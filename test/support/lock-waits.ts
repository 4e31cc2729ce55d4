/** Reads PostgreSQL's log with `log_lock_waits`: which statements waited for a lock longer than `deadlock_timeout`. */

/** Those of dropping a day may wait: nobody waits for them. */
const OWN = /^\s*(alter table \w+ detach|drop table)/i;

export function lockWaitsIn(log: string): string[] {
  const waits: string[] = [];
  let waiting: string | null = null;
  for (const line of log.split('\n')) {
    const [, pid = '', kind = '', text = ''] =
      /\[(\d+)\] (LOG|DETAIL|STATEMENT|CONTEXT|ERROR|FATAL): {2}(.*)/.exec(line) ?? [];
    if (kind === 'LOG') waiting = /still waiting for|avoided deadlock/.test(text) ? `${pid}: ${text}` : null;
    if (kind !== 'STATEMENT' || waiting === null) continue;
    if (!OWN.test(text)) waits.push(`${waiting}: ${text}`);
    waiting = null;
  }
  return waits;
}

/**
 * As whom PostgreSQL runs. It refuses to run as root, so a server started by root gives it another account; that
 * account must have an entry in /etc/passwd (initdb asks for its name) and must reach the folders it is given.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-error.ts';

/** `null`: the same user as this process. */
export type Account = { readonly uid: number; readonly gid: number; readonly name: string } | null;

// `mesher` first, so that an administrator can give Mesher an account of its own; `nobody` is there everywhere.
const PREFERRED = ['mesher', 'postgres', 'nobody'];

/** The account to use; data that is there already decides by its owner. */
export function chooseAccount(pgData: string, passwdFile = '/etc/passwd'): Account {
  if (process.getuid?.() !== 0) return null;
  const entries = readPasswd(passwdFile);
  const owner = existsSync(pgData) ? statSync(pgData).uid : 0;
  const account =
    owner === 0
      ? PREFERRED.map((name) => entries.find((e) => e.name === name)).find((e) => e && e.uid !== 0)
      : entries.find((e) => e.uid === owner);
  if (account) return account;
  throw new EmbeddedPostgresError(
    'failed',
    owner === 0
      ? 'PostgreSQL may not run as root, and there is no account mesher, postgres or nobody to run it as.'
      : `The data in ${pgData} belongs to the user id ${owner}, which has no account on this machine.`,
    'Run Mesher as a normal user, or create the account: useradd --system mesher.',
  );
}

function readPasswd(file: string): { name: string; uid: number; gid: number }[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((f) => f.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/** Whether the account can enter `path` (or its nearest existing ancestor) by the mode bits of the whole way. */
export function canReach(account: Account, path: string): boolean {
  if (!account) return true;
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid, gid } = statSync(at);
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
      if ((mode & bit) === 0) return false;
    }
    if (at === dirname(at)) return true;
  }
}

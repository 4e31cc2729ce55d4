/**
 * The instance row: the epoch of its logs and the one-time set-up link, of which only a hash is kept.
 */
import { createHash, randomBytes } from 'node:crypto';
import { COMMAND_LINE } from '../viewer.ts';
import { writeAudit } from './audit.ts';
import type { Database, Transaction } from './database.ts';
import { countUsers } from './sql/count-users.ts';
import { findSetupToken } from './sql/find-setup-token.ts';
import { readEpoch } from './sql/read-epoch.ts';
import { setSetupToken } from './sql/set-setup-token.ts';
import { takeSetupToken } from './sql/take-setup-token.ts';

const SETUP_TOKEN_MS = 24 * 60 * 60 * 1000;

export interface InstanceStore {
  readEpoch: () => Promise<string>;
  countUsers: () => Promise<number>;
  /** A new set-up token (256 bits, base64url), good for 24 hours, in place of any older one; null when a user exists. */
  issueSetupToken: (nowMs: number) => Promise<string | null>;
  checkSetupToken: (token: string, nowMs?: number) => Promise<boolean>;
  /**
   * Runs `run` once for a good token while there is no user, in one transaction that nobody can enter twice: two
   * people with the same link make one admin. If `run` throws, the token stays good.
   */
  redeemSetupToken: <T>(
    token: string,
    run: (tx: Transaction) => Promise<T>,
    nowMs?: number,
  ) => Promise<{ kind: 'done'; result: T } | { kind: 'invalid' }>;
}

export function createInstanceStore(db: Database): InstanceStore {
  return {
    readEpoch: () => readEpoch(db),
    countUsers: () => countUsers(db),
    async issueSetupToken(nowMs) {
      const token = randomBytes(32).toString('base64url');
      return db.transaction(async (tx) => {
        if (!(await setSetupToken(tx, hashOf(token), nowMs + SETUP_TOKEN_MS))) return null;
        await writeAudit(tx, COMMAND_LINE, {
          action: 'setup_link.create',
          organizations: null,
          target: null,
        });
        return token;
      });
    },
    checkSetupToken: (token, nowMs = Date.now()) => findSetupToken(db, hashOf(token), nowMs),
    redeemSetupToken(token, run, nowMs = Date.now()) {
      return db.transaction(async (tx) => {
        if (!(await takeSetupToken(tx, hashOf(token), nowMs))) return { kind: 'invalid' };
        return { kind: 'done', result: await run(tx) };
      });
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

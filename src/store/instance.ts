/**
 * The instance row: the epoch of its logs and the one-time set-up link, of which only a hash is kept.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Database, Transaction } from './database.ts';
import { readEpoch } from './sql/read-epoch.ts';

const SETUP_TOKEN_MS = 24 * 60 * 60 * 1000;

export interface InstanceStore {
  readEpoch(): Promise<string>;
  countUsers(): Promise<number>;
  /** A new set-up token (256 bits, base64url), good for 24 hours, in place of any older one; null when a user exists. */
  issueSetupToken(nowMs: number): Promise<string | null>;
  checkSetupToken(token: string, nowMs?: number): Promise<boolean>;
  /**
   * Runs `run` once for a good token while there is no user, in one transaction that nobody can enter twice: two
   * people with the same link make one admin. If `run` throws, the token stays good.
   */
  redeemSetupToken<T>(
    token: string,
    run: (tx: Transaction) => Promise<T>,
    nowMs?: number,
  ): Promise<{ kind: 'done'; result: T } | { kind: 'invalid' }>;
  setInstanceAdmin(userId: string, isAdmin: boolean): Promise<boolean>;
}

export function createInstanceStore(db: Database): InstanceStore {
  return {
    readEpoch: () => readEpoch(db),
    async countUsers() {
      const [row] = await db.query<{ users: number }>('select count(*) as users from "user"');
      return row?.users ?? 0;
    },
    async issueSetupToken(nowMs) {
      const token = randomBytes(32).toString('base64url');
      const updated = await db.execute(
        `update instance set setup_hash = $1, setup_expires_at = $2 where not exists (select from "user")`,
        [hashOf(token), new Date(nowMs + SETUP_TOKEN_MS).toISOString()],
      );
      return updated === 1 ? token : null;
    },
    async checkSetupToken(token, nowMs = Date.now()) {
      const rows = await db.query(
        `select from instance
         where setup_hash = $1 and setup_expires_at > $2 and not exists (select from "user")`,
        [hashOf(token), new Date(nowMs).toISOString()],
      );
      return rows.length === 1;
    },
    redeemSetupToken(token, run, nowMs = Date.now()) {
      return db.transaction(async (tx) => {
        // The row lock lets the second comer wait and then find the hash gone.
        const rows = await tx.query(
          `update instance set setup_hash = null, setup_expires_at = null
           where setup_hash = $1 and setup_expires_at > $2 and not exists (select from "user")
           returning only_row`,
          [hashOf(token), new Date(nowMs).toISOString()],
        );
        if (rows.length === 0) return { kind: 'invalid' };
        return { kind: 'done', result: await run(tx) };
      });
    },
    async setInstanceAdmin(userId, isAdmin) {
      return (
        (await db.execute(`update "user" set "isInstanceAdmin" = $2 where id = $1`, [userId, isAdmin])) === 1
      );
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

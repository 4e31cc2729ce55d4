/**
 * Sessions, passwords and API tokens of a person, each changed together with its audit entry. Secrets arrive hashed.
 * The triggers on these tables tell every node (config-changes.ts), which ends streams and forgets viewers.
 */
import { randomUUID } from 'node:crypto';
import type { Page, Session } from '../protocol/rest.ts';
import type { Actor } from '../viewer.ts';
import { writeAudit } from './audit.ts';
import { cursorNumber, decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database } from './database.ts';
import { isoTime } from './issue-state.ts';
import {
  deleteOtherSessions,
  deleteSession,
  deleteToken,
  findAccount,
  insertToken,
  organizationsOf,
  selectPasswordHash,
  selectSessions,
  selectTokens,
  writePasswordHash,
  type NewTokenRow,
} from './sql/credentials.ts';
import { takeCode } from './sql/used-codes.ts';

interface ListRequest {
  cursor?: string;
  limit: number;
}

/** Times in epoch ms. */
export interface StoredToken {
  id: string;
  name: string;
  /** As the library keeps scopes. */
  permissions: string | null;
  createdAt: number;
  lastUsedAt: number | null;
  expiresAt: number | null;
}

export interface CredentialStore {
  /** Live ones, newest first. */
  listSessions(
    userId: string,
    request: ListRequest & { nowMs: number },
  ): Promise<Page<Omit<Session, 'current'>>>;
  /** false: the person has no such session. */
  endSession(userId: string, id: string, by: Actor): Promise<boolean>;
  /** All but `keep`. */
  endOtherSessions(userId: string, keep: string, by: Actor): Promise<void>;
  passwordHash(userId: string): Promise<string | null>;
  /** Ends every session but `keep`. */
  changePassword(o: {
    userId: string;
    passwordHash: string;
    keepSession: string | null;
    by: Actor;
  }): Promise<void>;
  /** Newest first. */
  listTokens(userId: string, request: ListRequest): Promise<Page<StoredToken>>;
  insertToken(token: NewTokenRow, scopes: readonly string[], by: Actor): Promise<void>;
  /** false: the person has no such token. */
  revokeToken(userId: string, id: string, by: Actor): Promise<boolean>;
  recordSignIn(by: Actor): Promise<void>;
  /** A wrong password or code for an account that exists; others leave no entry. */
  recordRefusal(o: { who: { email: string } | { challenge: string }; ip: string }): Promise<void>;
  /** false: the code has signed somebody in before, and the session that was made with it is gone. */
  takeCode(o: { userId: string; sessionId: string; code: string; nowMs: number }): Promise<boolean>;
}

export function createCredentialStore(db: Database): CredentialStore {
  return {
    async listSessions(userId, { cursor, limit, nowMs }) {
      const before = newestFirst('sessions', cursor);
      const rows = await selectSessions(db, userId, { nowMs, before, limit: limit + 1 });
      return pageOf(
        rows,
        limit,
        ({ created_at, expires_at, ...row }) => ({
          ...row,
          created_at: isoTime(created_at),
          expires_at: isoTime(expires_at),
        }),
        (row) => encodeCursor('sessions', [row.created_at, row.id]),
      );
    },
    async listTokens(userId, { cursor, limit }) {
      const before = newestFirst('tokens', cursor);
      const rows = await selectTokens(db, userId, { before, limit: limit + 1 });
      return pageOf(
        rows,
        limit,
        (row) => ({
          id: row.id,
          name: row.name ?? '',
          permissions: row.permissions,
          createdAt: row.created_at,
          lastUsedAt: row.last_used_at,
          expiresAt: row.expires_at,
        }),
        (row) => encodeCursor('tokens', [row.created_at, row.id]),
      );
    },
    endSession: (userId, id, by) =>
      db.transaction(async (tx) => {
        if (!(await deleteSession(tx, userId, id))) return false;
        await writeAudit(tx, by, { action: 'session.revoke', organizations: null, target: id });
        return true;
      }),
    endOtherSessions: (userId, keep, by) =>
      db.transaction(async (tx) => {
        const sessions = await deleteOtherSessions(tx, userId, keep);
        const data = { sessions };
        await writeAudit(tx, by, { action: 'session.revoke', organizations: null, target: userId, data });
      }),
    passwordHash: (userId) => selectPasswordHash(db, userId),
    changePassword: ({ userId, passwordHash, keepSession, by }) =>
      db.transaction(async (tx) => {
        await writePasswordHash(tx, { userId, passwordHash, newAccountId: randomUUID() });
        await deleteOtherSessions(tx, userId, keepSession);
        await writeAudit(tx, by, { action: 'password.change', organizations: null, target: userId });
      }),
    insertToken: (token, scopes, by) =>
      db.transaction(async (tx) => {
        await insertToken(tx, token);
        await writeAudit(tx, by, {
          action: 'token.create',
          // A token reaches into every organization of its person.
          organizations: await organizationsOf(tx, token.userId),
          target: token.id,
          data: { name: token.name, scopes: scopes.join(' ') },
        });
      }),
    revokeToken: (userId, id, by) =>
      db.transaction(async (tx) => {
        const name = await deleteToken(tx, userId, id);
        if (name === null) return false;
        await writeAudit(tx, by, {
          action: 'token.revoke',
          organizations: await organizationsOf(tx, userId),
          target: id,
          data: { name },
        });
        return true;
      }),
    recordSignIn: (by) =>
      writeAudit(db, by, { action: 'session.create', organizations: null, target: by.userId }),
    async recordRefusal({ who, ip }) {
      const account = await findAccount(db, who);
      if (account === null) return;
      const data = { email: account.email, step: 'email' in who ? 'password' : 'second factor' };
      const by = { userId: null, email: null, ip };
      await writeAudit(db, by, { action: 'session.refused', organizations: null, target: account.id, data });
    },
    takeCode: ({ userId, sessionId, code, nowMs }) =>
      db.transaction(async (tx) => {
        if (await takeCode(tx, { userId, code, nowMs })) return true;
        await deleteSession(tx, userId, sessionId);
        return false;
      }),
  };
}

function newestFirst(kind: string, cursor: string | undefined): { createdAt: number; id: string } | null {
  const after = decodeCursor(kind, cursor, 2);
  return after && { createdAt: cursorNumber(after[0]), id: String(after[1]) };
}

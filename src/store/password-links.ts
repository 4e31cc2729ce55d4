/** Links that set a new password, used once. Using one ends every session of the person and every other such link. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Actor } from '../viewer.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './database.ts';
import { deleteOtherSessions, writePasswordHash } from './sql/credentials.ts';
import {
  deletePasswordLinks,
  findPasswordLink,
  insertPasswordLink,
  takePasswordLink,
} from './sql/password-links.ts';
import { emailOf } from './sql/users.ts';

export interface PasswordLinkStore {
  /** The token of the link (256 bits), to be shown once; null: there is no such user. */
  create(o: { userId: string; lifeMs: number; by: Actor; nowMs: number }): Promise<{
    token: string;
    expiresAt: number;
    email: string;
  } | null>;
  find(token: string, nowMs: number): Promise<{ userId: string; email: string; name: string } | null>;
  /** false: the link is not good. */
  redeem(o: { token: string; passwordHash: string; ip: string; nowMs: number }): Promise<boolean>;
}

export function createPasswordLinkStore(db: Database): PasswordLinkStore {
  return {
    create: ({ userId, lifeMs, by, nowMs }) =>
      db.transaction(async (tx) => {
        const email = await emailOf(tx, userId);
        if (email === null) return null;
        const token = randomBytes(32).toString('base64url');
        const expiresAt = nowMs + lifeMs;
        await insertPasswordLink(tx, { hash: hashOf(token), userId, expiresAt, nowMs });
        const data = { email };
        await writeAudit(tx, by, {
          action: 'password_link.create',
          organizations: null,
          target: userId,
          data,
        });
        return { token, expiresAt, email };
      }),
    async find(token, nowMs) {
      const found = await findPasswordLink(db, hashOf(token), nowMs);
      return found && { userId: found.user_id, email: found.email, name: found.name };
    },
    redeem: ({ token, passwordHash, ip, nowMs }) =>
      db.transaction(async (tx) => {
        const userId = await takePasswordLink(tx, hashOf(token), nowMs);
        if (userId === null) return false;
        await writePasswordHash(tx, { userId, passwordHash, newAccountId: randomUUID() });
        await deleteOtherSessions(tx, userId, null);
        await deletePasswordLinks(tx, userId);
        const by = { userId, email: await emailOf(tx, userId), ip };
        await writeAudit(tx, by, { action: 'password.reset', organizations: null, target: userId });
        return true;
      }),
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

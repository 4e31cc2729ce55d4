/**
 * A new password for a person who knows the old one: every other session ends. In: the viewer's session and both
 * passwords. Tries count as tries to sign in, so that a session left open is no way to guess.
 */
import { verifyPassword } from 'better-auth/crypto';
import type { Actor, Viewer } from '../viewer.ts';
import { hashPassword, passwordProblem } from './new-user.ts';
import type { SignInLimit } from './sign-in-limit.ts';

export interface PasswordPorts {
  /** null: the person has no password. */
  passwordHash(userId: string): Promise<string | null>;
  changePassword(o: {
    userId: string;
    passwordHash: string;
    keepSession: string | null;
    by: Actor;
  }): Promise<void>;
}

export type ChangePassword = (o: {
  viewer: Viewer;
  current: string;
  next: string;
  by: Actor;
}) => Promise<
  | { kind: 'done' }
  | { kind: 'wrong_password' }
  | { kind: 'limited'; retryAfterS: number }
  | { kind: 'invalid'; message: string }
>;

export function createChangePassword(deps: { limit: SignInLimit; ports: PasswordPorts }): ChangePassword {
  return async ({ viewer, current, next, by }) => {
    const verdict = deps.limit.take(by.ip ?? '', viewer.email);
    if (verdict.kind === 'limited') return verdict;
    const hash = await deps.ports.passwordHash(viewer.userId);
    if (hash === null || !(await verifyPassword({ hash, password: current })))
      return { kind: 'wrong_password' };
    const problem = await passwordProblem(next, [viewer.email]);
    if (problem !== null) return { kind: 'invalid', message: problem };
    await deps.ports.changePassword({
      userId: viewer.userId,
      passwordHash: await hashPassword(next),
      keepSession: viewer.credentialId,
      by,
    });
    return { kind: 'done' };
  };
}

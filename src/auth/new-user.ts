/**
 * A person to be: checked, with the password hashed as the library does. `store` writes it as rows of `user` and
 * `account`, because the set-up link must be redeemed and its user made in one transaction, and the library can only
 * write in transactions of its own.
 */
import { generateId } from 'better-auth';
import { hashPassword } from 'better-auth/crypto';
import { PASSWORD_MAX, PASSWORD_MIN } from './better-auth.ts';

export interface NewUser {
  id: string;
  accountId: string;
  email: string;
  name: string;
  /** The library's scrypt format, `salt:hash`. */
  passwordHash: string;
}

export type NewUserResult =
  | { kind: 'ok'; user: NewUser }
  | { kind: 'invalid'; field: 'email' | 'password' | 'name'; message: string };

/** What is wrong with it; null: nothing. */
export function passwordProblem(password: string): string | null {
  if (password.length < PASSWORD_MIN || password.length > PASSWORD_MAX)
    return `A password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`;
  return null;
}

export async function prepareUser(o: {
  email: string;
  password: string;
  name: string;
}): Promise<NewUserResult> {
  // As the library looks it up when somebody signs in.
  const email = o.email.trim().toLowerCase();
  const name = o.name.trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254)
    return { kind: 'invalid', field: 'email', message: 'This is not an e-mail address.' };
  const problem = passwordProblem(o.password);
  if (problem !== null) return { kind: 'invalid', field: 'password', message: problem };
  if (name === '' || name.length > 100)
    return { kind: 'invalid', field: 'name', message: 'A name has 1 to 100 characters.' };
  const passwordHash = await hashPassword(o.password);
  return { kind: 'ok', user: { id: generateId(), accountId: generateId(), email, name, passwordHash } };
}

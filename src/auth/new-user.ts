/**
 * A person to be: checked, with the password hashed as the library does. `store` writes it as rows of `user` and
 * `account`, because the set-up link must be redeemed and its user made in one transaction, and the library can only
 * write in transactions of its own.
 */
import { generateId } from 'better-auth';
import { hashPassword as hashAsTheLibrary } from 'better-auth/crypto';
import { PASSWORD_MAX, PASSWORD_MIN } from './better-auth.ts';
import { isGuessable } from './password-strength.ts';

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

/** What is wrong with its length; null: nothing. */
export function passwordLengthProblem(password: string): string | null {
  if (password.length >= PASSWORD_MIN && password.length <= PASSWORD_MAX) return null;
  return `A password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`;
}

/** What is wrong with it for a person with this e-mail and name; null: nothing. */
export async function passwordProblem(password: string, about: readonly string[]): Promise<string | null> {
  const problem = passwordLengthProblem(password);
  if (problem !== null) return problem;
  return (await isGuessable(password, about))
    ? 'This password is easy to guess: a few unrelated words are better.'
    : null;
}

export function hashPassword(password: string): Promise<string> {
  return hashAsTheLibrary(password);
}

/**
 * `guessable: 'allowed'`: the operator of the machine chose the password, with the command line or the environment.
 */
export async function prepareUser(
  o: { email: string; password: string; name: string },
  guessable: 'refused' | 'allowed' = 'refused',
): Promise<NewUserResult> {
  // As the library looks it up when somebody signs in.
  const email = o.email.trim().toLowerCase();
  const name = o.name.trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254)
    return { kind: 'invalid', field: 'email', message: 'This is not an e-mail address.' };
  const problem = await (guessable === 'allowed'
    ? passwordLengthProblem(o.password)
    : passwordProblem(o.password, [email, name]));
  if (problem !== null) return { kind: 'invalid', field: 'password', message: problem };
  if (name === '' || name.length > 100)
    return { kind: 'invalid', field: 'name', message: 'A name has 1 to 100 characters.' };
  const passwordHash = await hashPassword(o.password);
  return { kind: 'ok', user: { id: generateId(), accountId: generateId(), email, name, passwordHash } };
}

/** A hint, not a gate: length counts most. The server asks for 8 characters. */
export const MIN_PASSWORD = 8;

export interface Strength {
  /** 0 … 4 */
  score: number;
  words: string;
}

export function passwordStrength(password: string): Strength {
  if (password === '')
    return { score: 0, words: `At least ${MIN_PASSWORD} characters; a few words are best.` };
  if (password.length < MIN_PASSWORD) {
    return { score: 1, words: `${MIN_PASSWORD - password.length} more to go.` };
  }
  const distinct = new Set(password).size;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\da-zA-Z]/].filter((kind) => kind.test(password)).length;
  if (distinct < 5) return { score: 1, words: 'Weak: the same few characters.' };
  if (password.length >= 16 || (password.length >= 12 && kinds >= 3)) return { score: 4, words: 'Strong.' };
  if (password.length >= 12 || kinds >= 3) return { score: 3, words: 'Good. Longer is better.' };
  return { score: 2, words: 'Fair. Longer is better.' };
}

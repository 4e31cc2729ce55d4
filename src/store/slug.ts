/** A free slug for a name: lower-case, hyphens, at least one letter (digits alone would be an id). */
import type { Queryable } from './database.ts';
import { selectTakenSlugs } from './sql/select-taken-slugs.ts';

/** `fallback` stands for a name without a letter, or before its digits. */
export function slugOf(name: string, fallback = 'project'): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '');
  if (slug === '') return fallback;
  return /[a-z]/.test(slug) ? slug : `${fallback}-${slug}`;
}

/** The name's slug, or the first of slug-2, slug-3 … that is free. */
export async function freeSlug(db: Queryable, name: string): Promise<string> {
  const slug = slugOf(name);
  const taken = new Set(await selectTakenSlugs(db, slug));
  if (!taken.has(slug)) return slug;
  for (let n = 2; ; n++) if (!taken.has(`${slug}-${n}`)) return `${slug}-${n}`;
}

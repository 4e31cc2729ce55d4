/** This slug and its numbered followers, where projects have them. */
import type { Queryable } from '../database.ts';

const STATEMENT = `select slug from projects where slug = $1 or slug like $1 || '-%'`;

export async function selectTakenSlugs(db: Queryable, slug: string): Promise<string[]> {
  return (await db.query<{ slug: string }>(STATEMENT, [slug])).map((row) => row.slug);
}

/**
 * What an event's row can be asked: its exact values as terms (one inverted index serves them all), and its text in
 * lower case. Live filters read the same values from the log entry; filter-sql.pg.test.ts holds both together.
 */
import type { NewEvent } from './new-event.ts';

/** Further tags are stored and shown but not found. */
const MAX_TAGS = 30;
/** Every entry of the index must be below 2.7 KB; values of SDKs are cut to 256 characters long before. */
const MAX_CHARS = 600;

/** Filter fields that are terms, with what their terms begin with. */
const TERM_FIELDS: ReadonlySet<string> = new Set([
  'level',
  'environment',
  'release',
  'dist',
  'platform',
  'logger',
  'transaction',
  'server_name',
  'sdk',
  'user',
]);

/** null: no such field is a term. Neither fields nor tags have a '=' in their names, so a prefix is of one only. */
export function termPrefix(field: string): string | null {
  if (!field.startsWith('tags.')) return TERM_FIELDS.has(field) ? `${field}=` : null;
  const key = field.slice(5);
  return key.includes('=') ? null : `#${key}=`;
}

export function termsOf({ data, match }: Pick<NewEvent, 'data' | 'match'>): string[] {
  const terms: string[] = [];
  const add = (name: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined)
      terms.push(`${name}=${value}`.slice(0, MAX_CHARS).toWellFormed());
  };
  add('level', data.level);
  add('environment', data.environment);
  add('release', data.release);
  add('dist', match.dist);
  add('platform', data.platform);
  add('logger', match.logger);
  add('transaction', match.transaction);
  add('server_name', match.server_name);
  add('sdk', match.sdk);
  const { user } = data;
  if (user !== null)
    for (const value of new Set([user.id, user.email, user.username, user.ip_address])) add('user', value);
  let tags = 0;
  for (const [key, value] of Object.entries(data.tags)) if (tags++ < MAX_TAGS) add(`#${key}`, value);
  for (const [key, value] of Object.entries(match.context_tags ?? {})) add(`#${key}`, value);
  return terms;
}

export function searchText({ data, match }: Pick<NewEvent, 'data' | 'match'>): string {
  return `${data.title}\n${data.culprit}\n${match.text}`.toLowerCase();
}

/**
 * The tags by which an issue is found: fields of the event, the SDK's tags, and what its contexts say of browser, system
 * and runtime, under the names the search language has for them. At most 30; fields go first, an SDK's tag before one
 * made of a context. Search, counts and live filters all have them from here.
 */
import type { Json, SentryEvent } from './event.ts';

const MAX_TAGS = 30;
const MAX_VALUE = 200;

export interface TagFields {
  handled: boolean | null;
  /** What tells users apart. */
  user: string | null;
}

export interface IndexedTags {
  all: [string, string][];
  /** Those of `all` that neither a field nor the SDK's tags say; null: none. */
  ofContexts: { [key: string]: string } | null;
}

export function indexedTags(event: SentryEvent, { handled, user }: TagFields): IndexedTags {
  const tags = new Map<string, string>();
  const add = (key: string, value: string | null | undefined): void => {
    if (value && tags.size < MAX_TAGS && !tags.has(key)) tags.set(key, cut(value));
  };
  add('level', event.level);
  add('environment', event.environment);
  add('release', event.release);
  add('dist', event.dist);
  add('platform', event.platform);
  add('logger', event.logger);
  add('transaction', event.transaction);
  add('server_name', event.server_name);
  add('user', user);
  add('sdk', event.sdk?.name);
  add('handled', handled === null ? null : String(handled));
  for (const [key, value] of event.tags) add(key, value);
  const said = tags.size;
  for (const context of ['browser', 'os', 'runtime'] as const) {
    const { name, version } = event.contexts?.[context] ?? {};
    if (!isText(name)) continue;
    add(context, isText(version) ? `${name} ${version}` : name);
    add(`${context}.name`, name);
  }
  const { family, model } = event.contexts?.['device'] ?? {};
  add('device', isText(model) ? model : isText(family) ? family : null);
  const all = [...tags];
  return { all, ofContexts: all.length > said ? Object.fromEntries(all.slice(said)) : null };
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

/** Half a surrogate pair at the cut is no text. */
function cut(value: string): string {
  return value.length <= MAX_VALUE ? value : value.slice(0, MAX_VALUE).toWellFormed();
}

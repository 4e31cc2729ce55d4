/**
 * A project's own scrubbing, after the default one and before anything is stored or streamed: more telling keys, and
 * addresses of users. In: an event, which is changed. Out: the paths of what was filtered.
 */
import type { SentryEvent } from '../event.ts';
import { FILTERED } from './scrub.ts';

export interface ScrubSettings {
  /** A key that contains one of these, in any case, has its value filtered. */
  keys?: readonly string[];
  /** Addresses of users and clients are removed. */
  ipAddresses?: boolean;
}

export type ScrubRules = (event: SentryEvent) => string[];

const ADDRESS_KEYS =
  /^(?:remote_addr|x-forwarded-for|x-real-ip|forwarded|client_ip|ip_address|cf-connecting-ip)$/i;
const MAX_PATHS = 100;

/** null: there is nothing to do. */
export function createScrubRules(settings: ScrubSettings | undefined): ScrubRules | null {
  const words = (settings?.keys ?? []).map((word) => word.toLowerCase()).filter((word) => word !== '');
  const ipAddresses = settings?.ipAddresses === true;
  if (words.length === 0 && !ipAddresses) return null;
  const tells = (key: string): boolean => {
    const low = key.toLowerCase();
    return words.some((word) => low.includes(word)) || (ipAddresses && ADDRESS_KEYS.test(key));
  };
  return (event) => {
    const paths: string[] = [];
    const note = (path: string) => void (paths.length < MAX_PATHS && paths.push(path));
    if (ipAddresses && event.user?.ip_address !== undefined) {
      delete event.user.ip_address;
      note('user.ip_address');
    }
    if (event.user !== undefined)
      for (const key of ['id', 'email', 'username', 'name'] as const)
        if (event.user[key] !== undefined && tells(key)) {
          event.user[key] = FILTERED;
          note(`user.${key}`);
        }
    walkPairs(event.tags, 'tags', tells, note);
    walkPairs(event.request?.headers, 'request.headers', tells, note);
    walkPairs(event.request?.cookies, 'request.cookies', tells, note);
    if (event.request?.query_string !== undefined)
      event.request.query_string = scrubQuery(event.request.query_string, tells, note);
    for (const [value, path] of freeData(event)) walk(value, path, tells, note);
    return paths;
  };
}

type Tells = (key: string) => boolean;
type Note = (path: string) => void;

/** Everything of an event whose keys are the application's own. */
function* freeData(event: SentryEvent): Generator<[unknown, string]> {
  yield [event.extra, 'extra'];
  yield [event.contexts, 'contexts'];
  yield [event.user?.data, 'user.data'];
  yield [event.request?.data, 'request.data'];
  yield [event.request?.env, 'request.env'];
  for (const [i, crumb] of (event.breadcrumbs ?? []).entries()) yield [crumb.data, `breadcrumbs.${i}.data`];
  for (const [i, { stacktrace, mechanism }] of (event.exception ?? []).entries()) {
    yield [mechanism?.data, `exception.${i}.mechanism.data`];
    for (const [j, frame] of (stacktrace?.frames ?? []).entries())
      yield [frame.vars, `exception.${i}.frames.${j}.vars`];
  }
  for (const [i, { stacktrace }] of (event.threads ?? []).entries())
    for (const [j, frame] of (stacktrace?.frames ?? []).entries())
      yield [frame.vars, `threads.${i}.frames.${j}.vars`];
  for (const [j, frame] of (event.stacktrace?.frames ?? []).entries())
    yield [frame.vars, `stacktrace.frames.${j}.vars`];
}

/** Nesting was cut by normalising: this cannot overflow the stack. */
function walk(value: unknown, path: string, tells: Tells, note: Note): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, entry] of Object.entries(value)) {
    const place = `${path}.${key}`;
    if (!Array.isArray(value) && tells(key) && entry !== null && entry !== FILTERED) {
      // An own key may be named `__proto__`.
      Object.defineProperty(value, key, {
        value: FILTERED,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      note(place);
    } else walk(entry, place, tells, note);
  }
}

function walkPairs(pairs: [string, string][] | undefined, path: string, tells: Tells, note: Note): void {
  for (const pair of pairs ?? [])
    if (tells(pair[0]) && pair[1] !== FILTERED) {
      pair[1] = FILTERED;
      note(`${path}.${pair[0]}`);
    }
}

function scrubQuery(query: string, tells: Tells, note: Note): string {
  return query
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=');
      const key = pair.slice(0, at);
      if (at <= 0 || !tells(key)) return pair;
      note(`request.query_string.${key}`);
      return `${key}=${FILTERED}`;
    })
    .join('&');
}

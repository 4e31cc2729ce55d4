/** Compiles a filter to a predicate over log entries. `now` (epoch ms) is what relative times are relative to. */
import type { EventEntry, IssueMatch } from './change.ts';
import { forKind } from './filter-canonical.ts';
import { levelRank, type Comparison, type Filter, type Pattern } from './filter.ts';

export interface IssueSubject {
  issueId: string;
  match: IssueMatch;
}

export type EventTest = (entry: EventEntry, now: number) => boolean;
export type IssueTest = (subject: IssueSubject, now: number) => boolean;

/** Values of an attribute: none, one, or several of which any may match. */
type Values = string | null | readonly string[];

/** What a kind of thing has to say about itself. */
export interface Source<T> {
  values(subject: T, field: string): Values;
  number(subject: T, field: string): number;
  level(subject: T): number;
  /** Lower case. */
  text(subject: T): string;
}

export function compileEventFilter(filter: Filter): EventTest {
  return compileFilter(forKind(filter, 'event'), EVENT);
}

export function compileIssueFilter(filter: Filter): IssueTest {
  return compileFilter(forKind(filter, 'issue'), ISSUE);
}

/** Lower case, of what `text` is looked for in. */
export function eventText(entry: EventEntry): string {
  return EVENT.text(entry);
}

/** Of a field of the table, or `tags.<key>`. */
export function eventValues(entry: EventEntry, field: string): Values {
  return EVENT.values(entry, field);
}

/** `filter`: for this kind alone. */
export function compileFilter<T>(filter: Filter, source: Source<T>): (subject: T, now: number) => boolean {
  switch (filter.op) {
    case 'all': {
      const tests = filter.of.map((one) => compileFilter(one, source));
      return (subject, now) => tests.every((test) => test(subject, now));
    }
    case 'any': {
      const tests = filter.of.map((one) => compileFilter(one, source));
      return (subject, now) => tests.some((test) => test(subject, now));
    }
    case 'not': {
      const test = compileFilter(filter.of, source);
      return (subject, now) => !test(subject, now);
    }
    case 'match': {
      const { field } = filter;
      const positives = filter.patterns.filter((p) => !('not' in p && p.not)).map(compilePattern);
      const negatives = filter.patterns.filter((p) => 'not' in p && p.not).map(compilePattern);
      return (subject) => {
        const values = source.values(subject, field);
        return (
          (positives.length === 0 || positives.some((test) => test(values))) &&
          !negatives.some((test) => test(values))
        );
      };
    }
    case 'text': {
      const { value } = filter;
      return (subject) => source.text(subject).includes(value);
    }
    case 'min_level': {
      const least = levelRank(filter.level);
      return (subject) => source.level(subject) >= least;
    }
    case 'number': {
      const { field, cmp, value } = filter;
      return (subject) => holds(source.number(subject, field), cmp, value);
    }
    case 'time': {
      const { field, cmp, moment } = filter;
      return (subject, now) =>
        holds(source.number(subject, field), cmp, 'at' in moment ? moment.at : now - moment.agoMs);
    }
    case 'types':
      // forKind has decided it.
      return () => true;
  }
}

/** The positive reading of a pattern; the caller negates. */
function compilePattern(pattern: Pattern): (values: Values) => boolean {
  if (!('value' in pattern)) {
    const absent = pattern.how === 'absent';
    return (values) => isAbsent(values) === absent;
  }
  const { how, value } = pattern;
  const one = {
    equals: (text: string) => text === value,
    prefix: (text: string) => text.startsWith(value),
    suffix: (text: string) => text.endsWith(value),
    contains: (text: string) => text.includes(value),
  }[how];
  return (values) => {
    if (values === null) return false;
    return typeof values === 'string' ? one(values) : values.some(one);
  };
}

function isAbsent(values: Values): boolean {
  return values === null || (typeof values !== 'string' && values.length === 0);
}

function holds(actual: number, cmp: Comparison, wanted: number): boolean {
  switch (cmp) {
    case 'gt':
      return actual > wanted;
    case 'gte':
      return actual >= wanted;
    case 'lt':
      return actual < wanted;
    case 'lte':
      return actual <= wanted;
    case 'eq':
      return actual === wanted;
  }
}

/** Lower-casing an entry once serves every class that asks for text; a look at the last one is cheaper than the map. */
const lowered = new WeakMap<object, string>();
let last: { key: object | null; text: string } = { key: null, text: '' };

function lowerOnce(key: object, make: () => string): string {
  if (last.key === key) return last.text;
  let text = lowered.get(key);
  if (text === undefined) lowered.set(key, (text = make().toLowerCase()));
  last = { key, text };
  return text;
}

const EVENT: Source<EventEntry> = {
  values(entry, field) {
    if (field.startsWith('tags.')) {
      const key = field.slice(5);
      const of = Object.hasOwn(entry.data.tags, key) ? entry.data.tags : entry.match.context_tags;
      return of !== undefined && Object.hasOwn(of, key) ? (of[key] ?? null) : null;
    }
    switch (field) {
      case 'level':
      case 'environment':
      case 'release':
      case 'platform':
        return entry.data[field];
      case 'dist':
      case 'logger':
      case 'transaction':
      case 'server_name':
      case 'fingerprint':
      case 'sdk':
        return entry.match[field];
      case 'issue_id':
        return entry.issueId;
      case 'user': {
        const user = entry.data.user;
        if (user === null) return null;
        return [user.id, user.email, user.username, user.ip_address].filter((one) => one !== undefined);
      }
      case 'handled':
        return entry.match.handled === null ? null : String(entry.match.handled);
      case 'is_new':
      case 'is_regression':
        return String(entry.match[field]);
      default:
        return null;
    }
  },
  number: () => NaN,
  level: (entry) => levelRank(entry.data.level),
  text: (entry) => lowerOnce(entry, () => `${entry.data.title}\n${entry.data.culprit}\n${entry.match.text}`),
};

const ISSUE: Source<IssueSubject> = {
  values({ issueId, match }, field) {
    switch (field) {
      case 'issue_id':
        return issueId;
      case 'is':
        return match.status;
      case 'assigned':
        return match.assigned_to;
      case 'level':
      case 'platform':
      case 'priority':
      case 'release':
        return match[field];
      default:
        return null;
    }
  },
  number({ match }, field) {
    switch (field) {
      case 'first_seen':
      case 'last_seen':
      case 'times_seen':
      case 'users':
        return match[field];
      default:
        return NaN;
    }
  },
  level: ({ match }) => levelRank(match.level),
  text: ({ match }) => lowerOnce(match, () => match.text),
};

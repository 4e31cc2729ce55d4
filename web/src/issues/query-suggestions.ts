/** What may stand where the cursor is: the fields of a search, names of tags, and values. Pure. */
import { LEVELS } from '../../../src/event.ts';
import { FILTER_FIELDS, isCounted } from '../../../src/protocol/filter.ts';
import type { SearchScope } from '../../../src/protocol/filter-scope.ts';
import { quoted } from '../live/issue-filter.ts';
import { termAt, type QueryTerm } from './query-terms.ts';

export interface Suggestion {
  /** What is written. */
  text: string;
  /** What is read; the same unless the written is an id. */
  label: string;
  note: string;
}

/** Where values come from that only the server knows. */
export type ValueSource = 'environment' | 'release' | 'tag' | 'member';

const NOTES: Readonly<Record<string, string>> = {
  is: 'status, assigned or not',
  level: 'how bad',
  min_level: 'at least as bad as',
  release: 'version it was last seen in',
  environment: 'where it happened',
  assigned: 'who works on it',
  priority: 'how urgent',
  first_seen: 'since when it is known',
  last_seen: 'when it last happened',
  times_seen: 'number of events',
  users: 'number of users who met it',
  user: 'id, e-mail or name',
  has: 'a field or tag is there',
  platform: 'of the SDK',
  transaction: 'route or job',
  handled: 'caught by the program or not',
};
/** The ones used every day come first. */
const FIRST = ['is', 'level', 'environment', 'release', 'assigned', 'has', 'first_seen', 'times_seen'];

const TIMES: readonly Suggestion[] = [
  { text: '-1h', label: '-1h', note: 'within the last hour' },
  { text: '-24h', label: '-24h', note: 'within the last day' },
  { text: '-7d', label: '-7d', note: 'within the last week' },
  { text: '+30d', label: '+30d', note: 'longer ago than 30 days' },
];
const COUNTS: readonly Suggestion[] = ['>10', '>100', '>1000', '<10'].map((text) => plain(text));

const CHOICES: Readonly<Record<string, readonly Suggestion[]>> = {
  is: ['unresolved', 'resolved', 'archived', 'assigned', 'unassigned'].map((text) => plain(text)),
  level: LEVELS.toReversed().map((text) => plain(text)),
  min_level: LEVELS.toReversed().map((text) => plain(text)),
  priority: ['high', 'medium', 'low'].map((text) => plain(text)),
  handled: ['true', 'false'].map((text) => plain(text)),
  first_seen: TIMES,
  last_seen: TIMES,
  times_seen: COUNTS,
  users: COUNTS,
};
const ALIASES: Readonly<Record<string, string>> = {
  status: 'is',
  env: 'environment',
  assigned_to: 'assigned',
  firstSeen: 'first_seen',
  lastSeen: 'last_seen',
  timesSeen: 'times_seen',
};

function plain(text: string, note = ''): Suggestion {
  return { text, label: text, note };
}

/** Fields an issue can be searched by; `has` and `min_level` are said of them. */
const ISSUE_FIELDS: readonly string[] = [
  ...FIRST,
  ...[...FILTER_FIELDS.keys()].filter((name) => !FIRST.includes(name) && isSearchable(name)),
  'min_level',
];
/** Those of them that an event has as well. */
const EVENT_FIELDS = ISSUE_FIELDS.filter(
  (name) =>
    name === 'has' || name === 'min_level' || FILTER_FIELDS.get(name)?.kinds.includes('event') === true,
);

function fieldsOf(scope: SearchScope): readonly string[] {
  return scope === 'events' ? EVENT_FIELDS : ISSUE_FIELDS;
}

function isSearchable(name: string): boolean {
  const kinds = FILTER_FIELDS.get(name)?.kinds ?? [];
  return kinds.includes('issue') || isCounted({ op: 'match', field: name, patterns: [] });
}

export interface Completion {
  term: QueryTerm;
  /** `key` null: names of fields and tags are wanted. */
  wants: { key: string | null; source: ValueSource | null };
}

export function completionAt(text: string, cursor: number): Completion {
  const term = termAt(text, cursor);
  const key = term.key === null ? null : (ALIASES[term.key] ?? term.key);
  return { term, wants: { key, source: sourceOf(key) } };
}

function sourceOf(key: string | null): ValueSource | null {
  if (key === null || key === 'has') return 'tag';
  if (key === 'environment' || key === 'release') return key;
  if (key === 'assigned') return 'member';
  return CHOICES[key] === undefined ? 'tag' : null;
}

const MAX_SHOWN = 10;

/** `known`: tag names, or values of the field, as the server gave them. */
export function suggestionsFor(
  { term, wants }: Completion,
  known: readonly Suggestion[],
  scope: SearchScope = 'issue_search',
): Suggestion[] {
  if (wants.key === null) return keySuggestions(term, known, fieldsOf(scope));
  // A list of values is completed at its last one.
  const typed = unquoted(term.value.split(/[[,]/).at(-1)?.trim() ?? '');
  const all =
    wants.key === 'has'
      ? [
          ...fieldsOf(scope)
            .filter((name) => name !== 'has')
            .map((name) => plain(name)),
          ...known,
        ]
      : (CHOICES[wants.key] ?? known);
  return bestFirst(all, typed).map((one) => ({ ...one, text: valueText(one.text, wants.key) }));
}

function keySuggestions(
  term: QueryTerm,
  known: readonly Suggestion[],
  names: readonly string[],
): Suggestion[] {
  const fields = names.map((name) => plain(name, NOTES[name] ?? ''));
  const tags = known.filter((tag) => !names.includes(tag.text)).map((tag) => ({ ...tag, note: 'tag' }));
  return bestFirst([...fields, ...tags], term.value).map((one) => ({ ...one, text: `${one.text}:` }));
}

/** Those that begin with what was typed, then those that contain it; all while nothing is typed. */
function bestFirst(all: readonly Suggestion[], typed: string): Suggestion[] {
  const wanted = typed.toLowerCase();
  const rank = (one: Suggestion): number => {
    const words = [one.text.toLowerCase(), one.label.toLowerCase()];
    if (words.some((word) => word.startsWith(wanted))) return 0;
    return words.some((word) => word.includes(wanted)) ? 1 : 2;
  };
  return all
    .map((one) => ({ one, rank: rank(one) }))
    .filter((entry) => entry.rank < 2)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MAX_SHOWN)
    .map(({ one }) => one);
}

/** Comparisons stand as they are; what the syntax would read otherwise is quoted. */
function valueText(value: string, key: string | null): string {
  return key !== null && CHOICES[key] !== undefined ? value : quoted(value);
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1).replace(/"$/, '') : text;
}

/** The text with the suggestion written where the cursor was, and where the cursor is then. */
export function complete(
  text: string,
  { term }: Completion,
  taken: Suggestion,
): { text: string; cursor: number } {
  const isKey = term.key === null;
  const before = isKey ? (term.not ? '!' : '') : `${term.not ? '!' : ''}${term.key}:${listSoFar(term.value)}`;
  const after = text.slice(term.to);
  // A value ends its term, unless it stands in a list.
  const gap =
    isKey || listSoFar(term.value) !== '' || after.startsWith(' ') || after.startsWith(')') ? '' : ' ';
  const written = `${text.slice(0, term.from)}${before}${taken.text}${gap}`;
  const cursor = written.length + (!isKey && gap === '' && after.startsWith(' ') ? 1 : 0);
  return { text: `${written}${after}`, cursor };
}

function listSoFar(value: string): string {
  if (!value.startsWith('[')) return '';
  return value.slice(0, Math.max(value.lastIndexOf('['), value.lastIndexOf(',')) + 1);
}

/** What lists of issues and events may be searched by: the query language and a parameter for each common term of it. */
import { z } from '@hono/zod-openapi';
import { MesherError } from '../errors.ts';
import { parseFilters, type ParseOptions } from '../protocol/filter-parse.ts';
import type { Filter, Pattern } from '../protocol/filter.ts';
import { levelSchema, statusSchema } from './schemas.ts';

/** Given several times, or once with commas. */
function several<T extends string>(item: z.ZodType<T, string>) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(',').filter((one) => one !== '')))
    .pipe(z.array(item).max(50))
    .optional()
    .openapi({ type: 'string', description: 'Several: repeated, or with commas between them.' });
}

const text = z.string().max(200);
/** A query in the search syntax. */
export const searchText = z.string().max(1000).openapi({
  description: 'The search syntax: `is:unresolved level:error browser:Chrome timesSeen:>100 "exact text"`.',
  example: 'is:unresolved level:[error,fatal]',
});
const query = searchText.optional();

export const eventSearch = {
  query,
  level: several(levelSchema),
  environment: several(text),
  release: several(text),
};

export const issueSearch = {
  ...eventSearch,
  status: several(statusSchema),
  assignee: several(text).openapi({ type: 'string', description: 'Ids of users, `me`, or `none`.' }),
};

interface EventSearch {
  query?: string | undefined;
  level?: string[] | undefined;
  environment?: string[] | undefined;
  release?: string[] | undefined;
}

interface IssueSearch extends EventSearch {
  status?: string[] | undefined;
  assignee?: string[] | undefined;
}

/** Throws invalid_filter. */
export function eventFilterOf(search: EventSearch, viewerId: string): Filter {
  return all([
    parsed(search.query, { scope: 'events', me: viewerId }),
    among('level', search.level),
    among('environment', search.environment),
    among('release', search.release),
  ]);
}

/** Throws invalid_filter. `environment` and `release`: one of its events has it. */
export function issueFilterOf(search: IssueSearch, viewerId: string): Filter {
  const { assignee, release } = search;
  return all([
    parsed(search.query, { scope: 'issue_search', me: viewerId }),
    among('is', search.status),
    among('level', search.level),
    among('environment', search.environment),
    // The last one is known at once, all others as soon as they are counted.
    release && { op: 'any', of: all([among('release', release), among('tags.release', release)]).of },
    assignee && {
      op: 'match',
      field: 'assigned',
      patterns: assignee.map((one): Pattern =>
        one === 'none'
          ? { how: 'absent' }
          : { how: 'equals', value: one === 'me' ? viewerId : one, not: false },
      ),
    },
  ]);
}

/** Throws invalid_filter with the column of what is wrong. */
export function checkIssueQuery(search: string, viewerId: string): void {
  parsed(search, { scope: 'issue_search', me: viewerId });
}

function all(of: (Filter | undefined)[]): { op: 'all'; of: Filter[] } {
  return { op: 'all', of: of.filter((one) => one !== undefined) };
}

function among(field: string, values: readonly string[] | undefined): Filter | undefined {
  if (values === undefined || values.length === 0) return undefined;
  return { op: 'match', field, patterns: values.map((value) => ({ how: 'equals', value, not: false })) };
}

function parsed(text: string | undefined, options: ParseOptions): Filter | undefined {
  if (text === undefined) return undefined;
  const result = parseFilters({ q: text }, options);
  if (result.kind === 'ok') return result.filter;
  const { message, column, hint } = result;
  throw new MesherError('invalid_filter', column === undefined ? message : `Column ${column}: ${message}.`, {
    path: 'query',
    ...(column !== undefined && { column }),
    ...(hint !== undefined && { hint }),
  });
}

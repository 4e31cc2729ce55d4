/**
 * Which index answers what people ask most, at 50,000 events in 5,000 issues of 10 projects, and that a page looks at
 * about as many rows as it shows. Plans are PostgreSQL's own choice, of the statements that the readers send.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newProject } from '../../test/support/new-event.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { parseFilters } from '../protocol/filter-parse.ts';
import type { Filter } from '../protocol/filter.ts';
import { dayOf } from './partitions.ts';
import { tagsOfDaysStatement } from './sql/project-tags.ts';
import { eventsStatement, type EventsQuery } from './sql/select-events.ts';
import { issueBucketsStatement } from './sql/select-issue-buckets.ts';
import { issuesStatement, type IssuesQuery } from './sql/select-issues.ts';
import { topIssuesStatement } from './sql/select-top-issues.ts';

const EVENTS = 50_000;
const ISSUES = 5_000;
const PROJECTS = 10;
const LIMIT = 51;
const HOUR = 3_600_000;
const NOW = Math.floor(Date.now() / HOUR) * HOUR;
/** Of the first project, with a fifth of all events. */
const HOT_ISSUE = 10;

/** Half of the events yesterday and half today, at whatever time this runs: small partitions have other plans. */
const ROWS = [
  `insert into issues (id, project_id, status, level, platform, title, culprit, event_count, user_count, first_seen,
     last_seen, grouping_version, title_key)
   overriding system value
   select n, ($1::bigint[])[1 + n % ${PROJECTS}], case when n / 10 % 20 < 3 then 1 else 0 end,
     case when n / 10 % 4 = 0 then 2 else 3 end, 'node', 'Error: in module_' || n, 'shop/handler', 10, 1,
     now() - interval '14 days' - n * interval '1 second', now() - n * interval '10 seconds', 'v1', md5(n::text)::uuid
   from generate_series(1, ${ISSUES}) n`,
  `insert into issue_hashes (project_id, hash, issue_id) select project_id, decode(md5(id::text), 'hex'), id from issues`,
  `insert into issue_hours (issue_id, hour, events)
   select id, date_trunc('hour', last_seen) - h * interval '1 hour', 2 from issues, generate_series(0, 4) h`,
  `insert into hash_quarters (project_id, hash, at, events)
   select project_id, decode(md5(id::text), 'hex'), date_trunc('hour', last_seen) - q * interval '15 minutes', 2
   from issues, generate_series(0, case when id <= 20 then 1343 else 9 end) q`,
  `insert into hash_days (project_id, day, hash, events)
   select project_id, date_trunc('day', now())::date - d, decode(md5(id::text), 'hex'), 10
   from issues, generate_series(0, case when id % 2 = 0 then 59 else 1 end) d`,
  `insert into project_tags (project_id, day, counts)
   select p, date_trunc('day', now())::date - d, '[["browser",[["Chrome 1",10]]]]'
   from unnest($1::bigint[]) p, generate_series(0, 89) d`,
  `insert into issue_texts (issue_id, hash, text)
   select id, title_key, lower(title) || E'\\nshop/handler\\nrequest ' || md5(id::text) from issues`,
  `insert into hash_tags (project_id, key, value, hash)
   select i.project_id, tag[1], tag[2], decode(md5(i.id::text), 'hex') from issues i, lateral (values
     (array['environment', 'production']), (array['tenant', 't' || i.id % 499]),
     (array['browser', 'Chrome ' || i.id % 3])) as tags (tag)`,
  `insert into events (day, project_id, event_id, issue_id, received_at, occurred_at, level, environment, user_ident,
     title, culprit, encoding, payload, hash, terms, search_text)
   select at::date, i.project_id, gen_random_uuid(), i.id, at, at, i.level, 'production', 'id:u' || n % 1999, i.title,
     i.culprit, 0, decode(repeat('00', 200), 'hex'), decode(md5(i.id::text), 'hex'),
     array['level=error', 'environment=production', 'user=u' || n % 1999, '#tenant=t' || i.id % 499,
       '#browser=Chrome ' || i.id % 3],
     lower(i.title) || E'\\nshop/handler\\nrequest ' || n
   from generate_series(0, ${EVENTS - 1}) n
   join issues i on i.id = case when n % 5 = 0 then ${HOT_ISSUE} else 1 + n % ${ISSUES} end,
     lateral (select date_trunc('day', now()) - interval '1 day' + n * interval '2 days' / ${EVENTS} as at) times`,
];

let t: TestDatabase;
let projectId: number;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  const ids: number[] = [];
  for (let i = 0; i < PROJECTS; i++) ids.push((await newProject(t.db, `Plan ${i}`)).id);
  projectId = ids[0] ?? 0;
  for (const statement of ROWS) await t.db.execute(statement, statement.includes('$1') ? [ids] : []);
  await t.db.execute('vacuum analyze');
}, 60_000);
afterAll(() => t.drop());

describe('plans', () => {
  it.each([
    ['by last seen, of a status', 'is:unresolved', 'last_seen', 'issues_by_last_seen', LIMIT],
    ['of a status and a level', 'is:unresolved level:error', 'last_seen', 'issues_by_last_seen', 2 * LIMIT],
    ['by first seen', 'level:error', 'first_seen', 'issues_by_first_seen', 2 * LIMIT],
    ['with a rare tag', 'is:unresolved tenant:t50', 'last_seen', 'hash_tags_pkey', 10],
    ['with a common tag', 'is:unresolved browser:"Chrome 1"', 'last_seen', 'hash_tags_pkey', 500],
    ['with a text', '"module_4710"', 'last_seen', 'issue_texts_by_trigram', 10],
  ] as const)('DB56 a page of issues %s (%s)', async (_, q, sort, index, atMost) => {
    const plan = await planOf(issues({ filter: { filter: parsed(q, 'issue_search') }, sort }));
    expect(plan.indexes).toContain(index);
    expect(plan.whole).toEqual([]);
    expect(plan.rows).toBeGreaterThan(0);
    expect(plan.read).toBeLessThanOrEqual(atMost);
  });

  it.each([
    ['of a project', '', 'events_by_project', 3 * LIMIT],
    ['with a common tag', 'browser:"Chrome 1"', 'events_by_project', 5 * LIMIT],
    ['with a rare tag', 'tenant:t20', 'events_by_term', 300],
    ['of a user', 'user:u50', 'events_by_term', 100],
    ['with a text', '"module_4710"', 'events_by_project', 5_500],
  ])('DB56 a page of events %s (%s)', async (_, q, index, atMost) => {
    const plan = await planOf(events({ filter: q === '' ? null : parsed(q, 'events') }));
    expect(plan.indexes).toContain(index);
    expect(plan.whole).toEqual([]);
    expect(plan.rows).toBeGreaterThan(0);
    expect(plan.read).toBeLessThanOrEqual(atMost);
  });

  it('DB59 the issues with the most events of 14 days: the days of the project, hours of few issues', async () => {
    const { text, values } = topIssuesStatement(projectId, {
      since: NOW - 14 * 24 * HOUR,
      until: NOW,
      candidates: 60,
      limit: 20,
    });
    const plan = await planOf({ text, values }, /^(hash_days|issue_hours|hash_quarters)$/);
    expect(plan.indexes).toContain('hash_days_pkey');
    expect(plan.whole).toEqual([]);
    expect(plan.rows).toBe(20);
    // 15 days of the project's 500 issues, at most, and of 60 the hours of two days.
    expect(plan.read).toBeLessThanOrEqual(15 * 500 + 60 * 48);
  });

  it('DB61 the timeline of an issue reads its quarters of an hour', async () => {
    const range = { since: NOW - 14 * 24 * HOUR, first: NOW - 14 * 24 * HOUR, until: NOW };
    const statement = issueBucketsStatement(String(HOT_ISSUE), { ...range, minutes: 60, timeZone: 'UTC' });
    const plan = await planOf(statement, /^hash_quarters$/);
    expect(plan.indexes).toContain('hash_quarters_pkey');
    expect(plan.whole).toEqual([]);
    expect(plan.rows).toBeGreaterThan(300);
    expect(plan.read).toBeLessThanOrEqual(14 * 96);
  });

  it('DB60 tags of 14 days are a row a day', async () => {
    const days = { first: dayOf(NOW - 14 * 24 * HOUR), last: dayOf(NOW) };
    const plan = await planOf(tagsOfDaysStatement(projectId, days), /^project_tags$/);
    expect(plan.indexes).toContain('project_tags_pkey');
    expect(plan.whole).toEqual([]);
    expect(plan.read).toBe(15);
  });

  it('DB56 a page of events of an issue, and the next', async () => {
    const first = { by: 'issue_id', id: HOT_ISSUE } as const;
    const after = { receivedAt: NOW - 26 * HOUR, eventId: '0'.repeat(32) };
    for (const query of [first, { ...first, after }]) {
      const plan = await planOf(events(query));
      expect(plan.indexes).toContain('events_by_issue');
      expect(plan.whole).toEqual([]);
      expect(plan.read).toBeLessThanOrEqual(3 * LIMIT);
    }
  });
});

function issues(change: Partial<IssuesQuery>) {
  const page = { filter: {}, sort: 'last_seen', after: null, limit: LIMIT } as const;
  return issuesStatement({ projectId, ...page, nowMs: NOW, trendHourMs: NOW, ...change });
}

function events(change: Partial<EventsQuery>) {
  return eventsStatement({
    by: 'project_id',
    id: projectId,
    filter: null,
    after: null,
    limit: LIMIT,
    ...change,
  });
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

interface Plan {
  rows: number;
  /** By the names that partitioned tables have for them. */
  indexes: Set<string>;
  /** Tables looked for, beside empty ones, that are walked through from end to end. */
  whole: string[];
  /** Rows of these tables looked at. */
  read: number;
}

async function planOf(
  { text, values }: { text: string; values: unknown[] },
  looked = /^(events_\d+|issues)$/,
): Promise<Plan> {
  const [row] = await t.db.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    `explain (format json, analyze, timing off) ${text}`,
    values,
  );
  if (!row) throw new Error('no plan');
  const root = row['QUERY PLAN'][0].Plan;
  const nodes = nodesOf(root);
  const parents = new Map(
    (await t.db.query<{ name: string; parent: string }>(PARENTS)).map((one) => [one.name, one.parent]),
  );
  const empty = new Set((await t.db.query<{ name: string }>(EMPTY)).map(({ name }) => name));
  const tables = nodes.filter(({ 'Relation Name': name = '' }) => looked.test(name) && !empty.has(name));
  return {
    rows: root['Actual Rows'],
    indexes: new Set(nodes.flatMap(({ 'Index Name': name }) => (name ? [parents.get(name) ?? name] : []))),
    whole: tables.filter(isWhole).map((node) => `${node['Node Type']} ${node['Relation Name']}`),
    read: tables.reduce(
      (sum, node) =>
        sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    ),
  };
}

/** What a bitmap leads to has its condition below. */
function isWhole({ 'Node Type': type, 'Index Cond': condition }: Node): boolean {
  return type !== 'Bitmap Heap Scan' && condition === undefined;
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const PARENTS = `
  select c.relname as name, p.relname as parent
  from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent where c.relkind = 'i'`;

const EMPTY = `select relname as name from pg_class where relkind = 'r' and reltuples = 0`;

function parsed(q: string, scope: 'issue_search' | 'events'): Filter {
  const result = parseFilters({ q }, { scope, me: null });
  if (result.kind === 'invalid') throw new Error(result.message);
  return result.filter;
}

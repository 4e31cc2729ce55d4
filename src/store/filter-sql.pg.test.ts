/** One filter, two readings: what PostgreSQL finds is what the live evaluator lets through, on whatever is asked. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject, newUser } from '../../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../../test/support/store.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import { LEVELS } from '../event.ts';
import { indexedTags } from '../indexed-tags.ts';
import { systemClock } from '../lib/clock.ts';
import type { EventEntry, IssueMatch } from '../protocol/change.ts';
import { compileEventFilter, compileFilter, eventValues, type Source } from '../protocol/filter-evaluate.ts';
import { parseFilters } from '../protocol/filter-parse.ts';
import type { Filter, Pattern } from '../protocol/filter.ts';
import { levelRank } from '../protocol/filter.ts';
import { createEventReader } from './events.ts';
import { createIssueCommands } from './issue-commands.ts';
import { createIssueReader } from './issues.ts';
import type { NewEvent } from './new-event.ts';
import { createTagRollUp } from './tag-roll-up.ts';

const NOW = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const HOUR = 3_600_000;
const clock = { ...systemClock, now: () => NOW };
/** Few and alike, so that prefixes, suffixes and parts meet; with what SQL could take for its own. */
const WORDS = ['a', 'ab', 'ba', 'A', 'a%', '_b', "a'b", 'a\\b', 'é', 'İ', 'a=b', '💥a', 'id:a'];
const RUNS = 400;

let t: TestDatabase;
let writer: TestWriter;
let projectId: number;
let entries: EventEntry[];
const users = ['u1', 'u2'];
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  writer = createTestWriter(t.db);
  projectId = (await newProject(t.db)).id;
  for (const user of users) await newUser(t.db, user);
  const events = fc.sample(event, { numRuns: 150, seed: 1 });
  await Promise.all(events.map(async (one, i) => writer.submit(one(projectId, i))));
  // A regression, so that there is one to ask for.
  const commands = createIssueCommands({ db: t.db, clock, onCommitted: () => undefined });
  const ids = (await t.db.query<{ id: number }>('select id from issues order by id')).map(({ id }) =>
    String(id),
  );
  await commands.setStatus(ids.slice(0, 4), 'resolved', null);
  await writer.submit(newEvent(projectId, 'issue 0', { receivedAt: NOW }));
  await commands.setStatus(ids.slice(2, 6), 'archived', null);
  await commands.setPriority(ids.slice(3, 7), 'low', 'u1');
  for (const [i, id] of ids.slice(0, 6).entries()) await commands.assign([id], users[i % 2] ?? null, null);
  await createTagRollUp({ db: t.db, clock, log: silentLog }).run();
  entries = writer.changes.flatMap((change) => change.entries.filter((entry) => entry.kind === 'event'));
}, 60_000);
afterAll(() => t.drop());

const word = fc.constantFrom(...WORDS);
const maybe = fc.option(word, { nil: null });
const context = fc.record({ name: word, version: word, model: word }, { requiredKeys: [] });
const event = fc
  .record({
    level: fc.constantFrom(...LEVELS),
    environment: maybe,
    release: maybe,
    dist: maybe,
    logger: maybe,
    transaction: maybe,
    server_name: maybe,
    sdk: maybe,
    handled: fc.option(fc.boolean(), { nil: null }),
    title: word,
    text: word,
    tags: fc.dictionary(fc.constantFrom('t', 'level', 'u', 'browser', 'os.name'), word),
    contexts: fc.dictionary(fc.constantFrom('browser', 'os', 'runtime', 'device'), context),
    user: fc.option(
      fc
        .record({ id: word, email: word }, { requiredKeys: [] })
        .filter((user) => Object.keys(user).length > 0),
      { nil: null },
    ),
    hoursAgo: fc.integer({ min: 0, max: 3 }),
  })
  .map((one) => (id: number, i: number): NewEvent => {
    const { environment, release, level, title, tags, user, dist, logger, transaction, server_name, sdk } =
      one;
    const base = newEvent(id, `issue ${i % 24}`, {
      receivedAt: NOW - i,
      occurredAt: NOW - one.hoursAgo * HOUR,
    });
    const userIdent = user === null ? null : user.id === undefined ? `email:${user.email}` : `id:${user.id}`;
    const { all, ofContexts } = indexedTags(
      {
        event_id: base.eventId,
        timestamp: base.occurredAt,
        received: base.receivedAt,
        type: 'error',
        level,
        platform: 'node',
        tags: Object.entries(tags),
        contexts: one.contexts,
        ...present({ environment, release, dist, logger, transaction, server_name }),
        ...(sdk !== null && { sdk: { name: sdk } }),
      },
      { handled: one.handled, user: userIdent },
    );
    return {
      ...base,
      level,
      environment,
      release,
      title,
      userIdent,
      culprit: 'Main',
      handled: one.handled,
      tagsJson: JSON.stringify(all),
      data: { ...base.data, level, environment, release, title, culprit: 'Main', tags, user },
      match: {
        ...base.match,
        dist,
        logger,
        transaction,
        server_name,
        sdk,
        handled: one.handled,
        ...(ofContexts !== null && { context_tags: ofContexts }),
        text: one.text,
      },
    };
  });

/** Without what is null. */
function present<K extends string>(fields: Record<K, string | null>): { [key in K]?: string } {
  const kept: { [key in K]?: string } = {};
  for (const key in fields) {
    const text: string | null = fields[key];
    if (text !== null) kept[key] = text;
  }
  return kept;
}

const value = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 1, arbitrary: fc.constantFrom('', '\0', 'true', 'unresolved', 'error', 'err', 'u1') },
);
const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  fc.constantFrom<Pattern>({ how: 'present' }, { how: 'absent' }),
  fc.record({
    how: fc.constantFrom(
      'equals' as const,
      'equals' as const,
      'prefix' as const,
      'suffix' as const,
      'contains' as const,
    ),
    value,
    not: fc.boolean(),
  }),
);
const cmp = fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const, 'eq' as const);

function filters(fields: readonly string[]): fc.Arbitrary<Filter> {
  const match = fc.record({
    op: fc.constant('match' as const),
    field: fc.constantFrom(...fields),
    patterns: fc.array(pattern, { maxLength: 3 }),
  });
  const leaf: fc.Arbitrary<Filter> = fc.oneof(
    { weight: 6, arbitrary: match },
    {
      weight: 2,
      arbitrary: fc.record({
        op: fc.constant('text' as const),
        value: value.map((text) => text.toLowerCase()),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('min_level' as const), level: fc.constantFrom(...LEVELS) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant('types' as const),
        kinds: fc.subarray(['event' as const, 'issue' as const]),
      }),
    },
    {
      weight: fields.includes('is') ? 2 : 0,
      arbitrary: fc.oneof(
        fc.record({
          op: fc.constant('number' as const),
          field: fc.constantFrom('times_seen', 'users'),
          cmp,
          value: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(1e300, -1, 2.5)),
        }),
        fc.record({
          op: fc.constant('time' as const),
          field: fc.constantFrom('first_seen', 'last_seen'),
          cmp,
          moment: fc.oneof(
            fc.record({ agoMs: fc.constantFrom(0, HOUR, 2 * HOUR, 6e14) }),
            fc.record({ at: fc.constantFrom(NOW - HOUR, NOW - HOUR + 1, 0, Date.parse('9999-12-31')) }),
          ),
        }),
      ),
    },
  );
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthSize: 'medium' },
      leaf,
      fc.record({
        op: fc.constantFrom('all' as const, 'any' as const),
        of: fc.array(tie('filter'), { maxLength: 3 }),
      }),
      fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
    ),
  })).filter;
}

const EVENT_FIELDS = [
  'level', 'environment', 'release', 'dist', 'platform', 'logger', 'transaction', 'server_name', 'user', 'issue_id',
  'fingerprint', 'sdk', 'handled', 'is_new', 'is_regression', 'tags.t', 'tags.level', 'tags.never', 'tags.browser', 'tags.browser.name', 'tags.os.name', 'tags.device', 'is',
]; // prettier-ignore
const ISSUE_FIELDS = [
  'is', 'level', 'assigned', 'release', 'platform', 'priority', 'issue_id', 'environment', 'user', 'tags.t', 'tags.u',
  'tags.never', 'tags.browser', 'tags.os.name', 'tags.device', 'transaction', 'handled',
]; // prettier-ignore

describe('search and live filters', () => {
  it('DB50 agree on every event', async () => {
    const reader = createEventReader(t.db);
    expect(entries).toHaveLength(151);
    const sizes: number[] = [];
    await fc.assert(
      fc.asyncProperty(filters(EVENT_FIELDS), async (filter) => {
        const test = compileEventFilter(filter);
        const expected = entries.filter((entry) => test(entry, NOW)).map((entry) => entry.data.id);
        const page = await reader.listProjectEvents(projectId, { filter, limit: 1_000 });
        expect(page.items.map((one) => one.id).sort()).toEqual(expected.sort());
        expect(page.next).toBeNull();
        sizes.push(expected.length);
      }),
      { numRuns: RUNS },
    );
    // Neither all nor nothing most of the time, or it proves little.
    expect(sizes.filter((size) => size > 0 && size < entries.length).length).toBeGreaterThan(RUNS / 8);
  });

  it('DB50 agree on every issue, which has all that its events have', async () => {
    const reader = createIssueReader({ db: t.db, clock });
    const issues = (await reader.listIssues({ projectId, limit: 1_000 })).items;
    const subjects = issues.map((issue): Subject => {
      const own = entries.filter((entry) => entry.issueId === issue.id);
      return {
        issueId: issue.id,
        events: own,
        match: {
          status: issue.status,
          level: issue.level,
          priority: issue.priority,
          platform: issue.platform,
          assigned_to: issue.assigned_to,
          first_seen: Date.parse(issue.first_seen),
          last_seen: Date.parse(issue.last_seen),
          times_seen: issue.event_count,
          users: issue.user_count,
          release: issue.last_release,
          text: '',
        },
      };
    });
    const sizes: number[] = [];
    await fc.assert(
      fc.asyncProperty(filters(ISSUE_FIELDS), async (filter) => {
        const test = compileFilter(withoutTypes(filter), SEARCHED_ISSUE);
        const expected = subjects.filter((one) => test(one, NOW)).map((one) => one.issueId);
        const page = await reader.listIssues({ projectId, filter, limit: 1_000 });
        expect(page.items.map((one) => one.id).sort()).toEqual(expected.sort());
        sizes.push(expected.length);
      }),
      { numRuns: RUNS },
    );
    expect(sizes.filter((size) => size > 0 && size < subjects.length).length).toBeGreaterThan(RUNS / 8);
  });

  it.each([
    'is:unresolved level:[error,fatal]',
    'release:a* !environment:dev',
    'assigned:me',
    't:ab "main"',
    'timesSeen:>6 firstSeen:-24h',
    'has:user (level:fatal users:>3 OR is:archived)',
  ])('DB50 the words %s ask for issues what they say', async (q) => {
    const parsed = parseFilters({ q }, { scope: 'issue_search', me: 'u1' });
    if (parsed.kind === 'invalid') throw new Error(parsed.message);
    const reader = createIssueReader({ db: t.db, clock });
    const page = await reader.listIssues({ projectId, filter: parsed.filter, limit: 1_000 });
    expect(page.items.length).toBeGreaterThan(0);
    expect(page.items.length).toBeLessThan(24);
  });
});

interface Subject {
  issueId: string;
  match: IssueMatch;
  events: EventEntry[];
}

/** What a search knows of an issue, from its row and from its events. */
const SEARCHED_ISSUE: Source<Subject> = {
  values({ issueId, match, events }, field) {
    const of = (read: (entry: EventEntry) => string | null | undefined): string[] =>
      events.map(read).filter((one) => one !== null && one !== undefined);
    switch (field) {
      case 'issue_id':
        return issueId;
      case 'is':
        return match.status;
      case 'assigned':
        return match.assigned_to;
      case 'level':
      case 'priority':
      case 'platform':
      case 'release':
        return match[field];
      case 'environment':
        return of((entry) => entry.data.environment);
      case 'transaction':
        return of((entry) => entry.match.transaction);
      case 'handled':
        return of((entry) => (entry.match.handled === null ? null : String(entry.match.handled)));
      case 'user':
        return of((entry) => entry.data.user?.id ?? entry.data.user?.email);
      default:
        return of((entry) => {
          const values = eventValues(entry, field);
          return typeof values === 'string' ? values : null;
        });
    }
  },
  number: ({ match }, field) =>
    ({
      times_seen: match.times_seen,
      users: match.users,
      first_seen: match.first_seen,
      last_seen: match.last_seen,
    })[field] ?? NaN,
  level: ({ match }) => levelRank(match.level),
  text: ({ events }) =>
    events.map(({ data, match }) => `${data.title}\n${data.culprit}\n${match.text}`.toLowerCase()).join('\n'),
};

function withoutTypes(filter: Filter): Filter {
  switch (filter.op) {
    case 'all':
    case 'any':
      return { op: filter.op, of: filter.of.map(withoutTypes) };
    case 'not':
      return { op: 'not', of: withoutTypes(filter.of) };
    case 'types':
      return { op: filter.kinds.includes('issue') ? 'all' : 'any', of: [] };
    default:
      return filter;
  }
}

/** Filters: both syntaxes, the limits, and the laws of the canonical form against a naive evaluation. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeEvent, fakeIssueMatch } from '../../test/support/fake-log.ts';
import type { EventEntry } from './change.ts';
import { canonical, filterText } from './filter-canonical.ts';
import { compileEventFilter, compileIssueFilter } from './filter-evaluate.ts';
import { literalsOf } from './filter-literals.ts';
import { parseFilters, type ParseOptions } from './filter-parse.ts';
import type { Filter, Pattern } from './filter.ts';

const ALL: ParseOptions = { scope: 'all', me: 'u1' };

function parsed(input: unknown, options = ALL): Filter {
  const result = parseFilters(input, options);
  if (result.kind === 'invalid') throw new Error(`${result.path}: ${result.message}`);
  return result.filter;
}
function problem(input: unknown, options = ALL): string {
  const result = parseFilters(input, options);
  return result.kind === 'invalid' ? `${result.path}: ${result.message}` : 'valid';
}
const event = (spec: Parameters<typeof fakeEvent>[0] = {}): EventEntry => ({ ...fakeEvent(spec), seq: 1 });
const matches = (input: unknown, spec: Parameters<typeof fakeEvent>[0] = {}): boolean =>
  compileEventFilter(parsed(input))(event(spec), 0);
const issueMatches = (input: unknown, spec: Parameters<typeof fakeIssueMatch>[0] = {}, now = 0): boolean =>
  compileIssueFilter(parsed(input))({ issueId: '7', match: fakeIssueMatch(spec) }, now);

describe('the JSON form', () => {
  it('ST30 empty strings and absent keys let everything through', () => {
    for (const filters of [undefined, null, {}, { level: '', environment: '' }, { environment: [] }])
      expect(matches(filters)).toBe(true);
  });

  it.each([
    [{ level: 'error' }, true],
    [{ level: 'info' }, false],
    [{ level: ['info', 'error'] }, true],
    [{ level: '!error' }, false],
    [{ environment: 'prod*' }, true],
    [{ environment: '*tion' }, true],
    [{ environment: '*duct*' }, true],
    [{ environment: '*ducts*' }, false],
    [{ environment: '*' }, true],
    [{ environment: '!' }, false],
    [{ environment: '!*' }, false],
    [{ release: '!' }, true],
    [{ release: '!1.0' }, true],
    [{ release: '1.0' }, false],
    [{ environment: ['production', '!dev'] }, true],
    [{ environment: ['', '!production'] }, false],
    [{ tags: { browser: 'Chrome' } }, true],
    [{ tags: { browser: '!Firefox', os: '!' } }, true],
    [{ tags: { constructor: '*' } }, false],
    [{ text: 'IS UNDEF' }, true],
    [{ text: 'app/main' }, true],
    [{ text: 'nothing' }, false],
    [{ min_level: 'warning' }, true],
    [{ min_level: 'fatal' }, false],
    [{ any: [{ level: 'info' }, { environment: 'production' }] }, true],
    [{ any: [] }, false],
    [{ not: { level: 'info' } }, true],
    [{ types: ['issue'] }, false],
    [{ types: ['event', 'issue'] }, true],
    [{ is_new: false }, true],
    [{ handled: '!' }, true],
    [{ issue_id: 7 }, true],
    [{ sdk: 'sentry.javascript.*' }, true],
    [{ is: 'resolved', level: 'error' }, true],
    [{ q: 'level:error !environment:dev' }, true],
  ] as [unknown, boolean][])('ST31 %j is %s', (filters, answer) => {
    expect(matches(filters)).toBe(answer);
  });

  it('ST31 escapes stand for themselves', () => {
    expect(matches({ environment: String.raw`\*x` }, { environment: '*x' })).toBe(true);
    expect(matches({ environment: String.raw`\!x` }, { environment: '!x' })).toBe(true);
    expect(matches({ environment: String.raw`a\*` }, { environment: 'a*' })).toBe(true);
    expect(matches({ environment: String.raw`a\*` }, { environment: 'ab' })).toBe(false);
    expect(matches({ environment: String.raw`a\\*` }, { environment: String.raw`a\bc` })).toBe(true);
  });

  it('ST32 names what is wrong', () => {
    expect(problem({ level: 'eror' })).toBe("filters.level: unknown level 'eror'");
    expect(problem({ colour: 'red' })).toBe("filters.colour: unknown field 'colour'");
    expect(problem({ environment: {} })).toContain('filters.environment');
    expect(problem({ any: [{ level: 'x' }] })).toBe("filters.any.0.level: unknown level 'x'");
    expect(problem({ times_seen: '>many' })).toContain('is not a number');
    expect(problem({ first_seen: 'yesterday' })).toContain('is not a time');
    expect(problem('level:error')).toBe('filters: must be an object');
    expect(problem({ assigned: 'me' }, { scope: 'all', me: null })).toContain('signed-in');
    expect(problem({ is: 'resolved' }, { scope: 'events', me: null })).toBe(
      "filters.is: 'is' does not apply to events",
    );
    expect(problem({ environment: 'a' }, { scope: 'issues', me: null })).toContain(
      'does not apply to issues',
    );
  });

  it('ST33 holds its limits', () => {
    const nested = (depth: number): unknown =>
      depth === 0 ? { level: 'error' } : { not: nested(depth - 1) };
    expect(problem(nested(4))).toBe('valid');
    expect(problem(nested(5))).toContain('nested deeper than 5');
    expect(problem({ environment: Array.from({ length: 50 }, (_, i) => `e${i}`) })).toBe('valid');
    expect(problem({ environment: Array.from({ length: 51 }, (_, i) => `e${i}`) })).toContain(
      'more than 50 values',
    );
    expect(problem({ environment: 'x'.repeat(200) })).toBe('valid');
    expect(problem({ environment: 'é'.repeat(101) })).toContain('longer than 200 bytes');
    const tags = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`t${i}`, 'x']));
    expect(problem({ tags: tags(32) })).toBe('valid');
    expect(problem({ tags: tags(33) })).toContain('more than 32 conditions');
    expect(problem({ environment: Array.from({ length: 50 }, () => 'x'.repeat(190)) })).toContain(
      '8192 bytes',
    );
    expect(problem({ q: `${'('.repeat(6)}a${')'.repeat(6)}` })).toContain('nested deeper');
  });
});

describe('the q syntax', () => {
  const same = (q: string, filters: unknown): void =>
    expect(filterText(canonical(parsed({ q })))).toBe(filterText(canonical(parsed(filters))));

  it('ST34 says what the JSON form says', () => {
    same('is:unresolved level:error', { is: 'unresolved', level: 'error' });
    same('!environment:dev', { environment: '!dev' });
    same('release:1.*', { release: '1.*' });
    same('assigned:me', { assigned: 'u1' });
    same('timesSeen:>100', { times_seen: '>100' });
    same('firstSeen:-24h', { first_seen: '-24h' });
    same('browser:Chrome', { tags: { browser: 'Chrome' } });
    same('has:user', { user: '*' });
    same('!has:user', { user: '!' });
    same('"exact text"', { text: 'exact text' });
    same('boom', { text: 'boom' });
    same('level:[error, fatal]', { level: ['error', 'fatal'] });
    same('!level:[error,fatal]', { level: ['!error', '!fatal'] });
    same('(level:error OR "b c")', { any: [{ level: 'error' }, { text: 'b c' }] });
    same('level:error OR level:fatal environment:a', {
      any: [{ level: 'error' }, { level: 'fatal', environment: 'a' }],
    });
    same('!(level:error)', { not: { level: 'error' } });
    same('environment:"a*"', { environment: String.raw`a\*` });
    same('is:ignored', { is: 'archived' });
    same('is:unassigned', { assigned: '!' });
    same('a AND b', { q: 'a b' });
    same('', {});
    same('foo(bar)', { text: 'foo(bar)' });
  });

  it('ST34 names what is wrong', () => {
    for (const q of ['(a', 'a)', 'a OR', 'OR a', '"open', 'level:', 'level:[a', 'level:nope'])
      expect(problem({ q }), q).toMatch(/^filters\.q: /);
  });

  it('ST34 never throws, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '(',
            ')',
            '"',
            '!',
            ':',
            '*',
            'a',
            ' ',
            'OR',
            '[',
            ']',
            ',',
            '\\',
            'level',
            'is',
            '>',
            '-1h',
          ),
        ),
        (parts) => {
          parseFilters({ q: parts.join('') }, ALL);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('issues', () => {
  it('ST35 are asked by their own fields', () => {
    expect(issueMatches({ is: 'unresolved' })).toBe(true);
    expect(issueMatches({ is: '!unresolved' })).toBe(false);
    expect(issueMatches({ is: ['resolved', 'unassigned'] })).toBe(true);
    expect(issueMatches({ times_seen: '>=5' }, { times_seen: 5 })).toBe(true);
    expect(issueMatches({ times_seen: ['<2', '>9'] }, { times_seen: 5 })).toBe(false);
    expect(issueMatches({ assigned: 'me' }, { assigned_to: 'u1' })).toBe(true);
    expect(issueMatches({ priority: 'high' })).toBe(false);
  });

  it('ST35 relative times count from the moment of the change', () => {
    const hour = 3_600_000;
    expect(issueMatches({ first_seen: '-1h' }, { first_seen: 10 * hour }, 10.5 * hour)).toBe(true);
    expect(issueMatches({ first_seen: '-1h' }, { first_seen: 10 * hour }, 12 * hour)).toBe(false);
    expect(issueMatches({ first_seen: '+1h' }, { first_seen: 10 * hour }, 12 * hour)).toBe(true);
    expect(issueMatches({ last_seen: '>2026-01-01' }, { last_seen: Date.parse('2026-01-02') })).toBe(true);
  });

  it('ST36 a field of the other kind lets through, under a not as well', () => {
    expect(issueMatches({ environment: 'dev' })).toBe(true);
    expect(issueMatches({ environment: 'dev', level: 'info' })).toBe(false);
    expect(issueMatches({ not: { environment: 'dev' } })).toBe(true);
    expect(issueMatches({ not: { any: [{ environment: 'dev' }, { level: 'error' }] } })).toBe(false);
    expect(issueMatches({ any: [{ environment: 'dev' }, { level: 'info' }] })).toBe(true);
    expect(matches({ is: 'resolved' })).toBe(true);
  });
});

describe('literalsOf', () => {
  const of = (input: unknown, field: string) => literalsOf(canonical(parsed(input)), field);
  it('ST38 finds what every match must have, and claims nothing else', () => {
    expect(of({ is: 'unresolved' }, 'is')).toEqual(['unresolved']);
    expect(of({ q: 'is:unresolved level:error' }, 'is')).toEqual(['unresolved']);
    expect(of({ level: ['info', 'error', '!fatal'] }, 'level')).toEqual(['error', 'info']);
    expect(of({ level: '!error' }, 'level')).toBeNull();
    expect(of({ environment: ['a', 'b*'] }, 'environment')).toBeNull();
    expect(of({ any: [{ level: 'error' }, { environment: 'a' }] }, 'level')).toBeNull();
  });
});

// --- laws -------------------------------------------------------------------------------------------------

const word = fc.constantFrom('a', 'b', 'ab', 'ba');
const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  fc.constantFrom<Pattern>({ how: 'present' }, { how: 'absent' }),
  fc.record({
    how: fc.constantFrom('equals' as const, 'prefix' as const, 'suffix' as const, 'contains' as const),
    value: fc.oneof(word, fc.constant('')),
    not: fc.boolean(),
  }),
);
const { filter } = fc.letrec<{ filter: Filter; leaf: Filter; group: Filter }>((tie) => ({
  filter: fc.oneof({ maxDepth: 4, depthSize: 'medium' }, tie('leaf'), tie('group')),
  leaf: fc.oneof(
    fc.record({
      op: fc.constant('match' as const),
      field: fc.constantFrom('environment', 'release', 'dist', 'tags.t', 'is', 'assigned'),
      patterns: fc.array(pattern, { maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('text' as const), value: fc.oneof(word, fc.constant('')) }),
    fc.record({
      op: fc.constant('min_level' as const),
      level: fc.constantFrom('debug' as const, 'error' as const, 'fatal' as const),
    }),
    fc.record({
      op: fc.constant('types' as const),
      kinds: fc.subarray(['event' as const, 'issue' as const]),
    }),
  ),
  group: fc.oneof(
    fc.record({
      op: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('filter'), { maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
  ),
}));
const maybe = fc.option(word, { nil: null });
const entries = fc
  .record({
    environment: maybe,
    release: maybe,
    dist: maybe,
    tag: maybe,
    title: word,
    level: fc.constantFrom('info' as const, 'error' as const, 'fatal' as const),
  })
  .map((one) => {
    const made = event({
      environment: one.environment,
      level: one.level,
      title: one.title,
      tags: one.tag === null ? {} : { t: one.tag },
    });
    return {
      ...made,
      data: { ...made.data, release: one.release, culprit: '' },
      match: { ...made.match, dist: one.dist, text: '' },
    };
  });

/** Three-valued and straight from the words of docs/protocol.md; null = the event has no such field. */
function naive(node: Filter, entry: EventEntry): boolean | null {
  switch (node.op) {
    case 'all': {
      const answers = node.of.map((one) => naive(one, entry));
      return answers.includes(false) ? false : answers.includes(null) ? null : true;
    }
    case 'any': {
      const answers = node.of.map((one) => naive(one, entry));
      return answers.includes(true) ? true : answers.includes(null) ? null : false;
    }
    case 'not': {
      const answer = naive(node.of, entry);
      return answer === null ? null : !answer;
    }
    case 'match': {
      if (node.patterns.length === 0) return true;
      if (node.field === 'is' || node.field === 'assigned') return null;
      const value =
        {
          environment: entry.data.environment,
          release: entry.data.release,
          dist: entry.match.dist,
          'tags.t': entry.data.tags['t'] ?? null,
        }[node.field] ?? null;
      const hit = (p: Pattern): boolean => {
        if (!('value' in p)) return (value === null) === (p.how === 'absent');
        if (value === null) return false;
        if (p.how === 'equals') return value === p.value;
        if (p.how === 'prefix') return value.indexOf(p.value) === 0;
        if (p.how === 'suffix')
          return value.slice(value.length - p.value.length) === p.value && p.value.length <= value.length;
        return value.includes(p.value);
      };
      const negative = (p: Pattern): boolean => 'not' in p && p.not;
      const positives = node.patterns.filter((p) => !negative(p));
      return (
        (positives.length === 0 || positives.some(hit)) &&
        node.patterns.filter(negative).every((p) => !hit(p))
      );
    }
    case 'text':
      return entry.data.title.includes(node.value);
    case 'min_level':
      return (
        ['debug', 'info', 'warning', 'error', 'fatal'].indexOf(entry.data.level) >=
        ['debug', 'info', 'warning', 'error', 'fatal'].indexOf(node.level)
      );
    case 'types':
      return node.kinds.includes('event');
    case 'number':
    case 'time':
      return null;
  }
}

describe('laws', () => {
  it('ST37 the canonical form is idempotent', () => {
    fc.assert(
      fc.property(filter, (one) => {
        const once = canonical(one);
        expect(filterText(canonical(once))).toBe(filterText(once));
      }),
      { numRuns: 2000 },
    );
  });

  it('ST37 order and repetition do not make another class', () => {
    fc.assert(
      fc.property(
        fc.array(filter, { maxLength: 4 }),
        fc.constantFrom('all' as const, 'any' as const),
        (of, op) => {
          const other = [...of].reverse().concat(of);
          expect(filterText(canonical({ op, of: other }))).toBe(filterText(canonical({ op, of })));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('ST37 the compiled canonical filter answers what the words say', () => {
    fc.assert(
      fc.property(filter, entries, (one, entry) => {
        const expected = naive(one, entry) ?? true;
        expect(compileEventFilter(one)(entry, 0)).toBe(expected);
        expect(compileEventFilter(canonical(one))(entry, 0)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });
});

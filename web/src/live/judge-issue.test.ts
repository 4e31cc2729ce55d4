import { describe, expect, it } from 'vitest';
import type { IssueData } from '../../../src/protocol/change.ts';
import { DEFAULT_FILTER, parseIssueFilter, quoted } from './issue-filter.ts';
import { judgeIssue, readQuery } from './judge-issue.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const issue: IssueData = {
  id: '7',
  title: 'TypeError: x is undefined',
  culprit: 'cart in pay',
  level: 'error',
  status: 'unresolved',
  priority: 'high',
  platform: 'node',
  event_count: 12,
  user_count: 3,
  first_seen: '2026-02-20T12:00:00.000Z',
  last_seen: '2026-03-01T11:30:00.000Z',
  first_release: null,
  last_release: '1.2.0',
  assigned_to: 'u1',
};
const judge = (q: string, change: Partial<typeof DEFAULT_FILTER> = {}) =>
  judgeIssue({ ...DEFAULT_FILTER, q, ...change }, issue, 'u1', NOW);

describe('an issue against a search', () => {
  it.each([
    ['', 'in'],
    ['is:unresolved', 'in'],
    ['is:resolved', 'out'],
    ['!is:resolved level:[error,fatal]', 'in'],
    ['assigned:me', 'in'],
    ['times_seen:>100', 'out'],
    ['last_seen:-1h', 'in'],
    ['release:1.*', 'in'],
    ['undefined', 'in'],
  ] as const)('WEB3 %j is known by the issue itself: %s', (q, verdict) => {
    expect(judge(q)).toBe(verdict);
  });

  it.each([
    ['environment:prod', 'unknown'],
    ['browser:Chrome', 'unknown'],
    ['!browser:Chrome', 'unknown'],
    // Messages are searched too.
    ['elsewhere', 'unknown'],
    ['is:resolved browser:Chrome', 'out'],
    ['(is:unresolved OR browser:Chrome)', 'in'],
    ['(is:resolved OR browser:Chrome)', 'unknown'],
  ] as const)('WEB3 %j where the server alone knows a part: %s', (q, verdict) => {
    expect(judge(q)).toBe(verdict);
  });

  it('WEB3 the time range counts too', () => {
    expect(judge('', { since: '10m' })).toBe('out');
    expect(judge('', { since: '2026-03-01T00:00:00.000Z', until: '2026-03-01T10:00:00.000Z' })).toBe('in');
    expect(judge('', { since: '90d', until: '2026-02-01T00:00:00.000Z' })).toBe('out');
  });
});

describe('the filter in the URL', () => {
  it('WEB18 what a URL does not say, or says wrong, is the default; terms may stand apart', () => {
    expect(parseIssueFilter({ sort: 'x', since: 'yesterday' })).toEqual(DEFAULT_FILTER);
    expect(parseIssueFilter({ q: 42 }).q).toBe('42');
    expect(parseIssueFilter({ q: '' }).q).toBe('');
    expect(parseIssueFilter({ status: 'all' }).q).toBe('');
    expect(parseIssueFilter({ status: 'resolved', level: 'error', environment: 'a b' }).q).toBe(
      'is:resolved level:error environment:"a b"',
    );
  });

  it.each(['a b', 'x"y', String.raw`back\slash`, '[1]', 'a*', '>5', '!no', 'a:b'])(
    'WEB18 the value %j is searched for as it stands',
    (value) => {
      const read = readQuery(`tags.some:${quoted(value)}`, null);
      expect(read.kind === 'ok' && read.filter).toMatchObject({
        of: [{ of: [{ field: 'tags.some', patterns: [{ how: 'equals', value }] }] }],
      });
    },
  );
});

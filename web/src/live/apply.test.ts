import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Issue } from '../../../src/protocol/rest.ts';
import {
  applyStats,
  applyStatsToList,
  applyToIssue,
  applyToIssueList,
  flattenIssues,
  splitTitle,
  type IssuePages,
} from './apply.ts';
import { DEFAULT_FILTER, type IssueFilter } from './issue-filter.ts';
import type { IssueMessage } from './messages.ts';

const at = (second: number) => new Date(1_800_000_000_000 + second * 1000).toISOString();

function issue(id: string, change: Partial<Issue> = {}): Issue {
  return {
    id,
    title: `TypeError: ${id}`,
    culprit: 'app.ts in run',
    level: 'error',
    status: 'unresolved',
    priority: 'medium',
    platform: 'node',
    event_count: 1,
    user_count: 1,
    first_seen: at(0),
    last_seen: at(Number(id)),
    first_release: null,
    last_release: null,
    assigned_to: null,
    project_id: '1',
    rev: 1,
    last_event_id: null,
    type: 'TypeError',
    value: id,
    hours: [0, 1],
    ...change,
  };
}

function message(of: Issue, change: Partial<IssueMessage> = {}): IssueMessage {
  const { project_id: _p, rev, last_event_id: _e, type: _t, value: _v, hours: _h, ...data } = of;
  return {
    type: 'issue',
    action: 'updated',
    issue_id: of.id,
    rev,
    seq: 1,
    f: 'f',
    match: true,
    by: null,
    data,
    ...change,
  };
}

const list = (...items: Issue[]): IssuePages => ({ pages: [{ items, next: null }], pageParams: [''] });
const shown = (pages: IssuePages, filter: IssueFilter = DEFAULT_FILTER) =>
  flattenIssues(pages, filter).map(({ id }) => id);
const apply = (pages: IssuePages, msg: IssueMessage, filter: Partial<IssueFilter> = {}) =>
  applyToIssueList(pages, msg, { ...DEFAULT_FILTER, ...filter }, { projectId: '1', me: 'u1' });

describe('live messages onto issue lists', () => {
  it('WEB3 a new issue enters on top', () => {
    const { data, stale } = apply(list(issue('1')), message(issue('2'), { action: 'new' }));
    expect(shown(data)).toEqual(['2', '1']);
    expect(stale).toBe(false);
    expect(flattenIssues(data, DEFAULT_FILTER)[0]).toMatchObject({
      type: 'TypeError',
      value: '2',
      project_id: '1',
    });
  });

  it('WEB3 an issue that no longer matches leaves', () => {
    const resolved = message(issue('1', { status: 'resolved', rev: 2 }), { action: 'resolved' });
    expect(shown(apply(list(issue('2'), issue('1')), resolved).data)).toEqual(['2']);
    expect(shown(apply(list(issue('1')), resolved, { q: '' }).data)).toEqual(['1']);
  });

  it('WEB3 match:false leaves whatever the client thinks', () => {
    const out = message(issue('1', { rev: 2 }), { match: false });
    expect(shown(apply(list(issue('1')), out).data)).toEqual([]);
  });

  it('WEB3 a regressed issue comes back into the unresolved list', () => {
    const back = message(issue('1', { rev: 5 }), { action: 'regressed' });
    expect(shown(apply(list(issue('2')), back).data)).toEqual(['2', '1']);
  });

  it('WEB3 deleted and discarded issues leave every list', () => {
    for (const action of ['deleted', 'discarded'] as const) {
      const gone = message(issue('1', { rev: 2 }), { action });
      expect(shown(apply(list(issue('1')), gone, { q: '' }).data)).toEqual([]);
    }
  });

  it('WEB3 what only the server can judge makes the list stale instead of guessing', () => {
    const result = apply(list(issue('1')), message(issue('2'), { action: 'new' }), {
      q: 'is:unresolved environment:prod',
    });
    expect(shown(result.data)).toEqual(['1']);
    expect(result.stale).toBe(true);
    // The status still decides alone.
    const out = message(issue('1', { status: 'resolved', rev: 2 }));
    expect(apply(list(issue('1')), out, { q: 'is:unresolved x' })).toMatchObject({ stale: false });
  });

  it('WEB3 a row that sorts behind the loaded pages waits for its page', () => {
    const pages: IssuePages = {
      pages: [{ items: [issue('9'), issue('8')], next: 'more' }],
      pageParams: [''],
    };
    expect(shown(apply(pages, message(issue('3'), { action: 'regressed' })).data)).toEqual(['9', '8']);
  });

  it('WEB4 a change of an older or equal rev changes nothing, not even the reference', () => {
    const pages = list(issue('1', { rev: 7, status: 'unresolved' }));
    for (const rev of [6, 7]) {
      expect(apply(pages, message(issue('1', { status: 'resolved', rev }))).data).toBe(pages);
    }
    const one = issue('1', { rev: 7 });
    expect(applyToIssue(one, message(issue('1', { rev: 7, status: 'resolved' })))).toBe(one);
  });

  it('WEB4 in any order of arrival the newest rev wins', () => {
    const statuses = ['unresolved', 'resolved', 'archived'] as const;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...statuses), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (history, random) => {
          const messages = history.map((status, i) => message(issue('1', { status, rev: i + 2 })));
          const mixed = messages.toSorted(() => (random.next().value % 2 === 0 ? 1 : -1));
          let pages = list(issue('1'));
          for (const msg of mixed) pages = apply(pages, msg, { q: '' }).data;
          expect(flattenIssues(pages, DEFAULT_FILTER)[0]?.status).toBe(history.at(-1));
        },
      ),
    );
  });
});

describe('live counters', () => {
  const stats = (events: number, second: number) => ({
    issue_id: '1',
    rev: 1,
    events,
    users: 1,
    last_seen: at(second),
  });

  it('WEB5 counts and last seen move forward, the current hour with them', () => {
    const next = applyStats(issue('1'), stats(4, 60));
    expect(next).toMatchObject({ event_count: 4, last_seen: at(60), hours: [0, 4] });
  });

  it('WEB5 counters never go back', () => {
    const ahead = issue('1', { event_count: 10, last_seen: at(100) });
    expect(applyStats(ahead, stats(4, 60))).toBe(ahead);
    const pages = list(ahead);
    expect(applyStatsToList(pages, [stats(4, 60)])).toBe(pages);
  });

  it('WEB5 counters move a row up in the list sorted by last seen', () => {
    expect(shown(applyStatsToList(list(issue('2'), issue('1')), [stats(2, 60)]))).toEqual(['1', '2']);
  });
});

describe('titles', () => {
  it.each([
    ['TypeError: x is undefined', 'TypeError', 'x is undefined'],
    ['a.b.CError: no: really', 'a.b.CError', 'no: really'],
    ['Something happened: here', null, 'Something happened: here'],
  ])('WEB3 %j is shown as type and value', (title, type, value) => {
    expect(splitTitle(title)).toEqual({ type, value });
  });
});

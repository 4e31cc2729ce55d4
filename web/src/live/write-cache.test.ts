import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { IssueData } from '../../../src/protocol/change.ts';
import type { Issue, Page, Project } from '../../../src/protocol/rest.ts';
import type { IssuePages } from './apply.ts';
import { DEFAULT_FILTER } from './issue-filter.ts';
import type { IssueMessage } from './messages.ts';
import { recentChanges } from './recent-changes.ts';
import { keepFresh, writeCache, writeIssueNow } from './write-cache.ts';

const project = { id: '1', slug: 'shop' };
const KEY = ['issues', 'shop', DEFAULT_FILTER];
const at = new Date().toISOString();

const data: IssueData = {
  id: '7',
  title: 'Error: seven',
  culprit: '',
  level: 'error',
  status: 'unresolved',
  priority: 'medium',
  platform: 'node',
  event_count: 1,
  user_count: 0,
  first_seen: at,
  last_seen: at,
  first_release: null,
  last_release: null,
  assigned_to: null,
};
const issue: Issue = {
  ...data,
  project_id: '1',
  rev: 1,
  last_event_id: null,
  type: 'Error',
  value: 'seven',
};
const message = (rev: number, change: Partial<IssueData> = {}): IssueMessage => ({
  type: 'issue',
  action: rev === 1 ? 'new' : 'updated',
  issue_id: '7',
  rev,
  seq: rev,
  f: 'f',
  match: true,
  by: null,
  data: { ...data, ...change },
});
const pages = (...items: Issue[]): IssuePages => ({ pages: [{ items, next: null }], pageParams: [''] });
const rows = (client: QueryClient) =>
  client.getQueryData<IssuePages>(KEY)?.pages.flatMap((page) => page.items.map(({ status }) => status));

describe('live messages in the cache', () => {
  it('WEB3 one change reaches the list and the open issue', () => {
    const client = new QueryClient();
    client.setQueryData(KEY, pages(issue));
    client.setQueryData(['issue', '7'], issue);
    writeCache(client, project, [message(2, { status: 'resolved' })]);
    expect(rows(client)).toEqual([]);
    expect(client.getQueryData<Issue>(['issue', '7'])).toMatchObject({ status: 'resolved', rev: 2 });
  });

  it('WEB3 the unresolved count reaches its project only', () => {
    const client = new QueryClient();
    const other = { id: '2', slug: 'other', unresolved: 5 } as Project;
    client.setQueryData<Page<Project>>(['projects'], {
      items: [{ ...other, id: '1', slug: 'shop' }, other],
      next: null,
    });
    writeCache(client, project, [{ type: 'issue_count', project_id: '1', count: 9, by_level: {}, as_of: 1 }]);
    expect(client.getQueryData<Page<Project>>(['projects'])?.items.map((item) => item.unresolved)).toEqual([
      9, 5,
    ]);
  });

  it('WEB4 a change that came while an older answer was on its way is not lost', async () => {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    const recent = recentChanges();
    const stop = keepFresh(client, project, recent.all);
    let answer: (list: IssuePages) => void = () => undefined;
    const observer = new QueryObserver(client, {
      queryKey: KEY,
      queryFn: () => new Promise<IssuePages>((resolve) => (answer = resolve)),
    });
    const unsubscribe = observer.subscribe(() => undefined);
    await Promise.resolve();
    recent.add([message(1)]);
    writeCache(client, project, [message(1)]);
    expect(rows(client)).toBeUndefined();
    answer(pages());
    await expect.poll(() => rows(client)).toEqual(['unresolved']);
    stop();
    unsubscribe();
    client.clear();
  });

  it('WEB4 a command shows at once and leaves the rev to its live message', () => {
    const client = new QueryClient();
    client.setQueryData(KEY, pages(issue));
    client.setQueryData(['issue', '7'], issue);
    writeIssueNow(client, project, ['7'], { status: 'archived' });
    expect(rows(client)).toEqual([]);
    expect(client.getQueryData<Issue>(['issue', '7'])).toMatchObject({ status: 'archived', rev: 1 });
    writeCache(client, project, [message(2, { status: 'unresolved' })]);
    expect(rows(client)).toEqual(['unresolved']);
  });
});

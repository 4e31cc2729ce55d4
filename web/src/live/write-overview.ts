/** Writes what arrives live into the cached parts of a project's overview. */
import type { QueryClient } from '@tanstack/react-query';
import type { Level } from '../../../src/event.ts';
import type { IssueStats } from '../../../src/protocol/change.ts';
import type { RatesMessage } from '../../../src/protocol/down.ts';
import type { Health, TopIssue, Volume } from '../../../src/protocol/rest.ts';
import { applyRates } from './apply-rates.ts';
import { applyStats, applyToIssue } from './apply.ts';
import type { IssueMessage } from './messages.ts';

/** An issue that is new today or came back. */
export interface FreshIssue {
  id: string;
  title: string;
  level: Level;
  at: string;
  /** Came while the page was open. */
  live?: boolean;
}

const FRESH = 6;
const BUCKET_MS = { minute: 60_000, '5m': 300_000, '15m': 900_000, hour: 3_600_000, day: 86_400_000 };

/** A second of the project: `rates` of a subscription to all its events. */
export function writeRates(client: QueryClient, slug: string, rates: RatesMessage, now = Date.now()): void {
  const volumes = client.getQueriesData<Volume>({ queryKey: ['overview', slug, 'volume'], type: 'active' });
  for (const [key, volume] of volumes) {
    if (volume === undefined || hasEnd(key[3])) continue;
    const next = applyRates(volume, rates, { now, bucketMs: BUCKET_MS[volume.interval] });
    if (next === null) void client.invalidateQueries({ queryKey: key, exact: true });
    else if (next !== volume) client.setQueryData(key, next);
  }
  if (rates.total === 0) return;
  client.setQueryData<Health>(
    ['overview', slug, 'health'],
    (health) => health && withEvents(health, rates, now),
  );
}

/** A range that ends in the past does not change. */
function hasEnd(request: unknown): boolean {
  return typeof request === 'object' && request !== null && 'until' in request;
}

function withEvents(health: Health, { by_level }: RatesMessage, now: number): Health {
  const { now: before, median } = health.errors_per_minute;
  const errors = (by_level.error ?? 0) + (by_level.fatal ?? 0);
  return {
    ...health,
    // Of the last hour; what leaves it goes with the next answer.
    errors_per_minute: { now: before + errors / 60, median },
    last_event_at: new Date(now).toISOString(),
    last_event_age: 0,
  };
}

export function writeIssueToOverview(client: QueryClient, slug: string, message: IssueMessage): void {
  client.setQueriesData<TopIssue[]>({ queryKey: ['overview', slug, 'top-issues'] }, (issues) =>
    changed(issues, (issue) => {
      const fresh = applyToIssue(issue, message);
      return fresh === issue
        ? issue
        : { ...fresh, events: issue.events + fresh.event_count - issue.event_count };
    }),
  );
  if (message.action === 'new') addFresh(client, [slug, 'new'], message);
  else if (message.action === 'regressed') addFresh(client, [slug, 'regressed'], message);
  if (message.action === 'new')
    client.setQueryData<Health>(
      ['overview', slug, 'health'],
      (health) => health && { ...health, new_unresolved_today: health.new_unresolved_today + 1 },
    );
  refetchSoon(client, slug);
}

/** Later than the server adds its numbers up (once a second), and so that a storm of changes is asked for seldom. */
const REFETCH_AFTER_MS = 2500;
const waiting = new Set<string>();

/** Which issues are on top, and how many are unresolved, only the server can tell. */
function refetchSoon(client: QueryClient, slug: string): void {
  if (waiting.has(slug)) return;
  waiting.add(slug);
  setTimeout(() => {
    waiting.delete(slug);
    for (const part of ['top-issues', 'health'])
      void client.invalidateQueries({ queryKey: ['overview', slug, part] });
  }, REFETCH_AFTER_MS);
}

export function writeStatsToOverview(client: QueryClient, slug: string, items: readonly IssueStats[]): void {
  const byId = new Map(items.map((item) => [item.issue_id, item]));
  client.setQueriesData<TopIssue[]>({ queryKey: ['overview', slug, 'top-issues'] }, (issues) =>
    changed(issues, (issue) => {
      const stats = byId.get(issue.id);
      if (stats === undefined) return issue;
      const fresh = applyStats(issue, stats);
      return fresh === issue
        ? issue
        : { ...fresh, events: issue.events + fresh.event_count - issue.event_count };
    }),
  );
}

/** The same reference when no issue changed, so that nothing renders. */
function changed(
  issues: TopIssue[] | undefined,
  change: (issue: TopIssue) => TopIssue,
): TopIssue[] | undefined {
  if (issues === undefined) return undefined;
  const next = issues.map(change);
  return next.some((issue, i) => issue !== issues[i]) ? next : issues;
}

function addFresh(
  client: QueryClient,
  [slug, list]: [slug: string, list: 'new' | 'regressed'],
  { issue_id, action, data }: IssueMessage,
): void {
  const added: FreshIssue = {
    id: issue_id,
    title: data.title,
    level: data.level,
    at: action === 'new' ? data.first_seen : data.last_seen,
    live: true,
  };
  client.setQueriesData<FreshIssue[]>({ queryKey: ['overview', slug, list] }, (issues) =>
    issues === undefined ? undefined : [added, ...issues.filter(({ id }) => id !== issue_id)].slice(0, FRESH),
  );
}

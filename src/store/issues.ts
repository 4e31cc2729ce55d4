/** Reads issues: the list with its filters and orders, one issue, its timeline and its activity. */
import type { Clock } from '../lib/clock.ts';
import type { SentryEvent } from '../event.ts';
import type { IssueStats } from '../protocol/change.ts';
import type { Activity, Issue, IssueTag, IssueUntil, Page, Timeline } from '../protocol/rest.ts';
import { bucketsOf, type BucketRequest } from './buckets.ts';
import { cursorNumber, decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database } from './database.ts';
import type { IssueCondition } from './issue-condition.ts';
import { eventIdOf, isoTime, issueData, issueStats, type IssueRow } from './issue-state.ts';
import { selectMoveProgress } from './sql/issue-moves.ts';
import { readPayload } from './payload.ts';
import { selectIssueTags } from './sql/hash-tags.ts';
import { selectRedirect } from './sql/redirect-issues.ts';
import { selectActivity } from './sql/select-activity.ts';
import { selectHashes } from './sql/select-hashes.ts';
import { selectIssueBuckets } from './sql/select-issue-buckets.ts';
import { selectIssue } from './sql/select-issue.ts';
import { selectIssueStats } from './sql/select-issue-stats.ts';
import { selectSimilarIssues } from './sql/select-similar-issues.ts';
import { selectIssues, type IssueFilter, type IssueSort, type ListedIssue } from './sql/select-issues.ts';
import { summarizeTags } from './tag-counts.ts';

const HOUR_MS = 3_600_000;
const MAX_HASHES = 1_000;
const TAG_VALUES = 20;

export interface IssueReader {
  listIssues: (
    query: IssueFilter & {
      projectId: number;
      sort?: IssueSort | undefined;
      cursor?: string | null | undefined;
      limit: number;
    },
  ) => Promise<Page<Issue>>;
  getIssue: (id: string) => Promise<Issue | null>;
  getIssueProject: (id: string) => Promise<number | null>;
  /** Where an issue is that was merged away; null: it was not. */
  mergedInto: (id: string) => Promise<string | null>;
  /** Counters of those of the issues that are the project's. */
  issueStats: (projectId: number, ids: readonly string[]) => Promise<IssueStats[]>;
  /** At most a second behind the events. */
  issueTimeline: (issueId: string, o: BucketRequest) => Promise<Timeline>;
  /** Hex, at most 1,000. */
  issueHashes: (issueId: string) => Promise<string[]>;
  /** By key; of each the 20 most frequent values. At most a second behind the events. */
  issueTags: (issueId: string) => Promise<IssueTag[]>;
  /** The issue, then others of its project with the same title key; `latest` unpacks the newest event. */
  similarCandidates: (issueId: string, limit: number) => Promise<SimilarCandidate[]>;
  /** Newest first. */
  issueActivity: (
    issueId: string,
    o: { cursor?: string | null | undefined; limit: number },
  ) => Promise<Page<Activity>>;
}

export interface SimilarCandidate {
  issue: Issue;
  latest: (() => SentryEvent) | null;
}

export function createIssueReader({ db, clock }: { db: Database; clock: Pick<Clock, 'now'> }): IssueReader {
  return {
    async listIssues({ projectId, sort = 'last_seen', cursor, limit, ...filter }) {
      const kind = `issues.${sort}`;
      // Values of a trend are those of the first page's hour: the cursor carries it.
      const after = decodeCursor(kind, cursor, sort === 'trend' ? 3 : 2);
      const nowMs = clock.now();
      const trendHourMs = after && sort === 'trend' ? cursorNumber(after[2]) : nowMs - (nowMs % HOUR_MS);
      const rows = await selectIssues(db, {
        projectId,
        filter,
        sort,
        after: after && { value: cursorNumber(after[0]), id: cursorNumber(after[1]) },
        limit: limit + 1,
        nowMs,
        trendHourMs,
      });
      return pageOf(
        rows,
        limit,
        (row) => ({ ...toIssue(row), hours: row.hours }),
        (row) =>
          encodeCursor(kind, [SORT_VALUE[sort](row), row.id, ...(sort === 'trend' ? [trendHourMs] : [])]),
      );
    },
    async getIssue(id) {
      if (!isIssueId(id)) return null;
      const row = await selectIssue(db, id);
      if (!row) return null;
      return { ...toIssue(row), moving: await selectMoveProgress(db, id) };
    },
    async getIssueProject(id) {
      return isIssueId(id) ? ((await selectIssue(db, id))?.project_id ?? null) : null;
    },
    async mergedInto(id) {
      const target = isIssueId(id) ? await selectRedirect(db, id) : null;
      return target === null ? null : String(target);
    },
    async issueStats(projectId, ids) {
      return (await selectIssueStats(db, projectId, ids.filter(isIssueId))).map(issueStats);
    },
    async issueTimeline(issueId, asked) {
      const { interval, starts, fill, range } = await bucketsOf(db, asked, clock.now());
      const events = starts.map(() => 0);
      if (range && isIssueId(issueId)) fill(await selectIssueBuckets(db, issueId, range), () => events);
      return { interval, time_zone: asked.timeZone, starts: starts.map(isoTime), events };
    },
    issueHashes: async (issueId) => (isIssueId(issueId) ? selectHashes(db, issueId, MAX_HASHES) : []),
    issueTags: async (issueId) =>
      isIssueId(issueId) ? summarizeTags(await selectIssueTags(db, issueId), TAG_VALUES) : [],
    async similarCandidates(issueId, limit) {
      if (!isIssueId(issueId)) return [];
      return (await selectSimilarIssues(db, issueId, limit)).map((row) => {
        const { encoding, payload } = row;
        const stored = encoding !== null && payload !== null ? { encoding, payload } : null;
        return { issue: toIssue(row), latest: stored && (() => readPayload(stored)) };
      });
    },
    async issueActivity(issueId, { cursor, limit }) {
      const after = decodeCursor('activity', cursor, 1);
      const before = after && cursorNumber(after[0]);
      const rows = await selectActivity(db, { issueId, before, limit: limit + 1 });
      return pageOf(
        rows,
        limit,
        (row) => ({
          id: String(row.id),
          kind: row.kind,
          by: row.user_id === null ? null : { id: row.user_id, email: row.email ?? '', name: row.name ?? '' },
          at: isoTime(row.at),
          data: row.data,
        }),
        (row) => encodeCursor('activity', [row.id]),
      );
    },
  };
}

/** Ids come from URLs: anything that is not a bigint is nobody's id. */
export function isIssueId(id: string): boolean {
  return /^\d{1,15}$/.test(id);
}

const SORT_VALUE: Readonly<Record<IssueSort, (row: ListedIssue) => number>> = {
  last_seen: (row) => row.last_seen,
  first_seen: (row) => row.first_seen,
  events: (row) => row.event_count,
  users: (row) => row.user_count,
  trend: (row) => row.trend ?? 0,
};

export function toIssue(row: IssueRow): Issue {
  return {
    ...issueData(row),
    project_id: String(row.project_id),
    rev: row.rev,
    last_event_id: row.last_event_id && eventIdOf(row.last_event_id),
    until: row.condition && untilOf(row.condition),
    type: row.type,
    value: row.value,
  };
}

function untilOf(condition: IssueCondition): IssueUntil {
  switch (condition.kind) {
    case 'in_release':
      return condition;
    case 'next_release':
      return { kind: 'next_release', after: condition.after };
    case 'escalating':
      return { kind: 'escalating' };
    case 'events':
    case 'users':
      return { kind: condition.kind, count: condition.until };
    case 'date':
      return { kind: 'date', date: isoTime(condition.until) };
    default:
      return condition satisfies never;
  }
}

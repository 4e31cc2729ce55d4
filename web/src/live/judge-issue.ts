/**
 * Whether an issue belongs on a list, as far as the issue itself tells: three-valued, because tags, environments
 * and messages are known to the server alone.
 */
import { ALWAYS, isCounted, type Filter, type FilterResult } from '../../../src/protocol/filter.ts';
import { compileIssueFilter, type IssueSubject } from '../../../src/protocol/filter-evaluate.ts';
import type { SearchScope } from '../../../src/protocol/filter-scope.ts';
import { parseFilters } from '../../../src/protocol/filter-parse.ts';
import type { IssueData } from '../../../src/protocol/change.ts';
import type { IssueFilter } from './issue-filter.ts';

/** `unknown`: only the server can tell, so ask it. */
export type Verdict = 'in' | 'out' | 'unknown';
type Judge = (subject: IssueSubject, now: number) => Verdict;

/** `me`: id of the viewer, for `assigned:me`. */
export function readQuery(q: string, me: string | null, scope: SearchScope = 'issue_search'): FilterResult {
  return parseFilters({ q }, { scope, me });
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export function judgeIssue(filter: IssueFilter, issue: IssueData, me: string | null, now: number): Verdict {
  if (Date.parse(issue.last_seen) < momentOf(filter.since, now)) return 'out';
  if (filter.until !== '' && Date.parse(issue.first_seen) >= momentOf(filter.until, now)) return 'out';
  return judgeOf(filter.q, me)(subjectOf(issue), now);
}

/** Epoch ms of `24h` (back from now) or of an absolute time. */
function momentOf(text: string, now: number): number {
  const back = UNIT_MS[text.at(-1) ?? ''];
  return back === undefined ? Date.parse(text) : now - Number(text.slice(0, -1)) * back;
}

const MAX_KEPT = 20;
const judges = new Map<string, Judge>();

function judgeOf(q: string, me: string | null): Judge {
  const key = `${me ?? ''} ${q}`;
  let judge = judges.get(key);
  if (judge === undefined) {
    const result = readQuery(q, me);
    judge = compile(result.kind === 'ok' ? result.filter : ALWAYS);
    if (judges.size >= MAX_KEPT) judges.clear();
    judges.set(key, judge);
  }
  return judge;
}

function compile(filter: Filter): Judge {
  switch (filter.op) {
    case 'all':
      return folded(filter.of.map(compile), 'out', 'in');
    case 'any':
      return folded(filter.of.map(compile), 'in', 'out');
    case 'not': {
      const inner = compile(filter.of);
      return (subject, now) => OPPOSITE[inner(subject, now)];
    }
    case 'text': {
      const test = compileIssueFilter(filter);
      // Messages of its events are searched too.
      return (subject, now) => (test(subject, now) ? 'in' : 'unknown');
    }
    case 'match':
    case 'min_level':
    case 'number':
    case 'time':
    case 'types': {
      if (isCounted(filter)) return () => 'unknown';
      const test = compileIssueFilter(filter);
      return (subject, now) => (test(subject, now) ? 'in' : 'out');
    }
  }
}

const OPPOSITE: Readonly<Record<Verdict, Verdict>> = { in: 'out', out: 'in', unknown: 'unknown' };

/** One `decisive` decides; else one unknown is unknown; else `otherwise`. */
function folded(judges: readonly Judge[], decisive: Verdict, otherwise: Verdict): Judge {
  return (subject, now) => {
    let answer = otherwise;
    for (const judge of judges) {
      const verdict = judge(subject, now);
      if (verdict === decisive) return decisive;
      if (verdict === 'unknown') answer = 'unknown';
    }
    return answer;
  };
}

function subjectOf(issue: IssueData): IssueSubject {
  return {
    issueId: issue.id,
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
      text: `${issue.title}\n${issue.culprit}`,
    },
  };
}

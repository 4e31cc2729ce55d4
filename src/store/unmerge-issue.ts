/**
 * Taking an issue apart by hash. What its events say is read before anything is locked; the command itself is one short
 * transaction that reads only the events since, moves hashes and numbers, and leaves the events to be moved in portions
 * (issue-moves.ts). From its commit on the hashes lead new events to the new issue.
 */
import { MesherError } from '../errors.ts';
import type { Change } from '../protocol/change.ts';
import type { Queryable, Transaction } from './database.ts';
import { levelName, priorityOf, type IssueRow } from './issue-state.ts';
import { BUSY, type Busy } from './issues-at-rest.ts';
import { isIssueId } from './issues.ts';
import { logIssueSteps, type Step } from './log-issue-steps.ts';
import { dayOf } from './partitions.ts';
import { readPayload } from './payload.ts';
import { insertActivity, type NewActivity } from './sql/insert-activity.ts';
import { lockMoves } from './sql/issue-moves.ts';
import { lockIssues } from './sql/lock-issues.ts';
import {
  addHours,
  lockHashesOf,
  moveHashes,
  selectGroupingVersion,
  selectSurveyedEvent,
  takeHours,
  type OwnedHash,
} from './sql/move-issue.ts';
import { takeBackId } from './sql/redirect-issues.ts';
import { selectIssue } from './sql/select-issue.ts';
import { surveyIssue, type Survey, type SurveyedPart } from './sql/survey-issue.ts';
import { takeIssueIds } from './sql/take-issue-ids.ts';
import {
  addUsers,
  copyTexts,
  dropUsers,
  insertUnmergeMove,
  selectLeavingUsers,
} from './sql/unmerge-moves.ts';
import { insertIssues, updateIssues } from './sql/write-issues.ts';

/** Users of so few events are moved at once, so that the entry has their number; of more they follow with the events. */
const FEW_EVENTS = 1_000;
const DAY_MS = 86_400_000;

interface Unmerge {
  issueId: string;
  /** Hex. */
  hashes: readonly string[];
  nowMs: number;
}

/** The events as they are now; throws not_found. What comes while it reads is read again, so that little is left to do under the lock. */
export async function surveyUnmerge(db: Queryable, { issueId, hashes, nowMs }: Unmerge): Promise<Survey> {
  const row = isIssueId(issueId) ? await selectIssue(db, issueId) : null;
  if (!row) throw new MesherError('not_found');
  const issue = { projectId: row.project_id, issueId: row.id, hashes };
  const all = await surveyIssue(db, { ...issue, since: null });
  return addSurvey(all, await surveyIssue(db, { ...issue, since: { seq: all.seq, day: yesterday(nowMs) } }));
}

interface Unmerged {
  kind: 'done';
  issueId: string;
  /** The job that is left. */
  move: number;
  changes: Change[];
}

/** `busy`: events are on their way to the issue or from it, or were since the survey. */
export async function unmergeIssue(
  tx: Transaction,
  o: Unmerge & { by: string | null; survey: Survey },
): Promise<Unmerged | Busy> {
  const moves = isIssueId(o.issueId) ? await lockMoves(tx, [o.issueId]) : [];
  if (moves.length > 0) return BUSY;
  const [before] = isIssueId(o.issueId) ? await lockIssues(tx, [o.issueId]) : [];
  if (!before) throw new MesherError('not_found');
  const owned = await lockHashesOf(tx, [before.id]);
  if (owned.map((row) => row.hash).join() !== o.survey.owned.join()) return BUSY;
  const wanted = new Set(o.hashes);
  const moving = owned.filter((row) => wanted.has(row.hash));
  const chosen = moving.map((row) => row.hash);
  if (chosen.length === 0) throw refused('none of them belongs to this issue');
  if (chosen.length === owned.length) throw refused('one hash at least must stay');
  const since = { seq: o.survey.seq, day: yesterday(o.nowMs) };
  const issue = { projectId: before.project_id, issueId: before.id, hashes: chosen };
  const survey = addSurvey(o.survey, await surveyIssue(tx, { ...issue, since }));
  if (survey.moved === null) throw refused('no stored event has one of them');
  const { id, rev, title_key } = await idFor(tx, moving, before.id);

  // The row first: hashes and hours point at it.
  const blank: IssueRow = {
    ...before,
    id,
    status: 0,
    condition: null,
    title_key,
    event_count: survey.moved.events,
    user_count: 0,
    assigned_to: null,
    priority_by_user: false,
    rev,
  };
  await insertIssues(tx, [blank], [await selectGroupingVersion(tx, before.id)]);
  await moveHashes(tx, { from: before.id, to: id, hashes: chosen });
  await addHours(tx, id, survey.hours);
  await takeHours(tx, before.id, survey.hours);
  const total = survey.moved.events + (survey.kept?.events ?? 0);
  const move = { projectId: before.project_id, from: before.id, to: id, hashes: chosen, total };
  const users = total > FEW_EVENTS ? { came: 0, left: 0 } : await moveUsersAtOnce(tx, move, since.day);
  const made = {
    ...(await asSurveyed(tx, blank, survey.moved)),
    user_count: users.came,
    priority: await firstPriority(tx, blank, survey.moved),
  };
  const rest = {
    ...(survey.kept ? await asSurveyed(tx, before, survey.kept) : before),
    // Events that retention deleted are still counted here.
    event_count: before.event_count - survey.moved.events,
    user_count: before.user_count - users.left,
    rev: before.rev + 1,
  };
  await updateIssues(tx, [rest, made]);
  const data = { events: survey.moved.events, hashes: chosen.length };
  await insertActivity(tx, [
    activity(before, o, { issue: String(id), ...data }),
    activity(made, o, { from: o.issueId, ...data }),
  ]);
  const steps: Step[] = [
    { action: 'unmerged', before: null, after: made },
    { action: 'unmerged', before, after: rest },
  ];
  return {
    kind: 'done',
    issueId: String(id),
    move: await insertUnmergeMove(tx, move),
    changes: await logIssueSteps(tx, steps, o.by, o.nowMs),
  };
}

/** `later` is what was committed since. */
function addSurvey(first: Survey, later: Survey): Survey {
  const hours = new Map(first.hours);
  for (const [hour, events] of later.hours) hours.set(hour, (hours.get(hour) ?? 0) + events);
  return {
    seq: later.seq,
    owned: first.owned,
    moved: addPart(first.moved, later.moved),
    kept: addPart(first.kept, later.kept),
    hours,
  };
}

function addPart(first: SurveyedPart | null, later: SurveyedPart | null): SurveyedPart | null {
  if (!first || !later) return first ?? later;
  return {
    events: first.events + later.events,
    first_seen: Math.min(first.first_seen, later.first_seen),
    last_seen: Math.max(first.last_seen, later.last_seen),
    first_release: first.first_release ?? later.first_release,
    last_release: later.last_release ?? first.last_release,
    first: later.first.at < first.first.at ? later.first : first.first,
    last: later.last.at >= first.last.at ? later.last : first.last,
  };
}

/** No event that was committed since a moment ago lies in an earlier partition. */
function yesterday(nowMs: number): string {
  return dayOf(nowMs - DAY_MS);
}

async function moveUsersAtOnce(
  tx: Transaction,
  move: { projectId: number; from: number; to: number; hashes: readonly string[] },
  day: string,
): Promise<{ came: number; left: number }> {
  const { seq, moved, leaving } = await selectLeavingUsers(tx, { ...move, limit: FEW_EVENTS });
  await copyTexts(tx, { from: move.from, to: move.to, hashes: move.hashes });
  return {
    came: await addUsers(tx, move.to, moved),
    left: await dropUsers(tx, { ...move, seq, day, users: leaving }),
  };
}

/** Hashes that one issue brought in a merge make that issue again, if its id is free; others make a new one. */
async function idFor(
  tx: Transaction,
  moving: readonly OwnedHash[],
  from: number,
): Promise<Pick<IssueRow, 'id' | 'rev' | 'title_key'>> {
  const origin = moving[0]?.merged_from ?? null;
  if (origin !== null && moving.every((row) => row.merged_from === origin)) {
    const was = await takeBackId(tx, origin, from);
    if (was !== null) return { id: origin, rev: was.rev + 1, title_key: was.title_key };
  }
  const [id] = await takeIssueIds(tx, 1);
  if (id === undefined) throw new Error('PostgreSQL gave no id.');
  // Its events have another title, perhaps: the next one says.
  return { id, rev: 1, title_key: null };
}

function refused(why: string): MesherError {
  return new MesherError('bad_request', `hashes: ${why}.`, { path: 'hashes' });
}

/** The row as its stored events make it. */
async function asSurveyed(tx: Transaction, row: IssueRow, part: SurveyedPart): Promise<IssueRow> {
  const { first_seen, last_seen, first_release, last_release } = part;
  const times = { ...row, first_seen, last_seen, first_release, last_release };
  const last = await selectSurveyedEvent(tx, part.last);
  if (!last) return times;
  const event = readPayload(last);
  const exception = event.exception?.at(-1);
  return {
    ...times,
    level: last.level,
    title: last.title,
    culprit: last.culprit,
    type: exception?.type ?? null,
    value: (exception ? exception.value : event.message) ?? null,
    platform: event.platform ?? row.platform,
    last_event_id: last.event_id,
  };
}

/** As when the issue was made of its first event. */
async function firstPriority(tx: Transaction, row: IssueRow, part: SurveyedPart): Promise<number> {
  const first = await selectSurveyedEvent(tx, part.first);
  if (!first) return row.priority;
  const handled = (readPayload(first).exception ?? []).every((one) => one.mechanism?.handled !== false);
  return priorityOf({ level: levelName(first.level), handled });
}

function activity(
  row: IssueRow,
  o: { by: string | null; nowMs: number },
  data: NewActivity['data'],
): NewActivity {
  return { projectId: row.project_id, issueId: row.id, kind: 'unmerged', by: o.by, at: o.nowMs, data };
}

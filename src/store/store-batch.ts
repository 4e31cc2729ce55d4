/**
 * One batch of events as one transaction, in the lock order of docs/storage.md: event keys, hash owners, issues,
 * counters, project heads; every list sorted by key. In: events in order of arrival. Out: a verdict for each, and one
 * Change per project, to be published once the transaction is committed.
 */
import type { Change } from '../protocol/change.ts';
import { appendLog, emptyDraft, moveUnresolved, type ProjectDraft } from './append-log.ts';
import { countNewUsers, countTimesAndTags } from './batch-counters.ts';
import { noteReleases, releaseOrder } from './batch-releases.ts';
import { noteTexts } from './batch-texts.ts';
import { compareText } from './compare-text.ts';
import type { Transaction } from './database.ts';
import { ownersHold, resolveOwners } from './hash-owners.ts';
import type { Resolution } from './issue-resolver.ts';
import { issueData, issueMatch, issueStats, newIssueRow, withEvents, type IssueRow } from './issue-state.ts';
import type { NewEvent, Verdict } from './new-event.ts';
import { dayOf } from './partitions.ts';
import { sortedNumbers } from './sorted-numbers.ts';
import { insertActivity } from './sql/insert-activity.ts';
import { insertEventKeys } from './sql/insert-event-keys.ts';
import { insertEvents, type OwnedEvent } from './sql/insert-events.ts';
import { insertHashes } from './sql/insert-hashes.ts';
import { lockIssues } from './sql/lock-issues.ts';
import { markFirstEvent } from './sql/mark-first-event.ts';
import { takeIssueIds } from './sql/take-issue-ids.ts';
import { attach, type AttachmentRow } from './sql/write-attachments.ts';
import { insertIssues, updateIssues } from './sql/write-issues.ts';

/** What was read is not true any more (an issue was removed meanwhile): the whole transaction is run again. */
export class BatchRaceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BatchRaceError';
  }
}

export interface StoredBatch {
  /** As the events given. */
  verdicts: Verdict[];
  changes: Change[];
}

/** An issue of this batch: as it was, as it is now, and its events. */
interface Touched {
  before: IssueRow | null;
  after: IssueRow;
  events: NewEvent[];
}

export interface BatchContext {
  epoch: string;
  nowMs: number;
  /** Whose batch it is: what is known to be committed is remembered for it. */
  database: object;
}

export async function storeBatch(
  tx: Transaction,
  events: readonly NewEvent[],
  o: BatchContext,
): Promise<StoredBatch> {
  const fresh = await dropDuplicates(tx, events);
  const verdicts = new Map<NewEvent, Verdict>();
  if (fresh.length > 0) {
    const resolution = await resolveOwners(tx, fresh);
    const { owned, touched } = await lockAndCount(tx, fresh, resolution, o);
    for (const event of fresh) if (!owned.has(event)) verdicts.set(event, { kind: 'discarded' });
    const changes = await write(tx, fresh, owned, touched, o);
    for (const [event, issue] of owned) verdicts.set(event, storedVerdict(event, issue));
    return { verdicts: events.map((event) => verdicts.get(event) ?? { kind: 'duplicate' }), changes };
  }
  return { verdicts: events.map(() => ({ kind: 'duplicate' })), changes: [] };
}

/** Step 1. The first of the same id within the batch stands for all of them. */
async function dropDuplicates(tx: Transaction, events: readonly NewEvent[]): Promise<NewEvent[]> {
  const first = new Map<string, NewEvent>();
  for (const event of events) {
    const key = `${event.projectId}:${event.eventId}`;
    if (!first.has(key)) first.set(key, event);
  }
  const keys = [...first.values()].map(({ projectId, eventId, receivedAt }) => ({
    projectId,
    eventId,
    day: dayOf(receivedAt),
  }));
  keys.sort((a, b) => a.projectId - b.projectId || compareText(a.eventId, b.eventId));
  const inserted = await insertEventKeys(tx, keys);
  const survivors = new Set(inserted.map((key) => first.get(`${key.projectId}:${key.eventId}`)));
  return events.filter((event) => survivors.has(event));
}

/** Step 2, second half: the issues' rows, locked in id order, with this batch counted in. */
async function lockAndCount(
  tx: Transaction,
  events: readonly NewEvent[],
  { owners, made, attached }: Resolution,
  o: BatchContext,
): Promise<{ owned: Map<NewEvent, Touched>; touched: Touched[] }> {
  const ids = sortedNumbers(owners.flatMap((owner) => (owner.kind === 'issue' ? [owner.id] : [])));
  const locked = ids.length > 0 ? await lockIssues(tx, ids) : [];
  if (locked.length < ids.length) throw new BatchRaceError('An issue was removed while it was looked up.');
  if (locked.some((row) => row.lately_unmerged) && !(await ownersHold(tx, events, owners)))
    throw new BatchRaceError('A hash was moved to another issue while it was looked up.');
  const newIds = made.length > 0 ? await takeIssueIds(tx, made.length) : [];

  const existing = new Map<number, Touched>(
    locked.map((row) => [row.id, { before: row, after: row, events: [] }]),
  );
  const created = made.map((event, i): Touched => {
    const id = newIds[i];
    if (id === undefined) throw new Error('PostgreSQL gave fewer ids than asked for.');
    return { before: null, after: newIssueRow(id, event), events: [] };
  });
  const owned = new Map<NewEvent, Touched>();
  const issueOf = (owner: (typeof owners)[number] | undefined): Touched | undefined => {
    if (owner?.kind === 'issue') return existing.get(owner.id);
    return owner?.kind === 'new' ? created[owner.index] : undefined;
  };
  events.forEach((event, i) => {
    const issue = issueOf(owners[i]);
    if (!issue) return;
    issue.events.push(event);
    owned.set(event, issue);
  });
  const touched = [...existing.values(), ...created];

  const users = await countNewUsers(
    tx,
    [...owned].map(([event, { after }]) => ({ event, issueId: after.id })),
  );
  const order = await releaseOrder(
    tx,
    touched.map((issue) => ({ row: issue.after, events: issue.events })),
  );
  for (const issue of touched) {
    const firstSeen = order(issue.after.project_id);
    const newUsers = users.get(issue.after.id) ?? 0;
    issue.after = withEvents(issue.after, issue.events, newUsers, { nowMs: o.nowMs, firstSeen });
  }
  if (created.length > 0)
    await insertIssues(
      tx,
      created.map((issue) => issue.after),
      made.map((event) => event.groupingVersion),
    );
  if (existing.size > 0)
    await updateIssues(
      tx,
      [...existing.values()].map((issue) => issue.after),
    );
  const hashes = attached.map(({ projectId, hash, owner }) => ({
    projectId,
    hash,
    issueId: issueOf(owner)?.after.id ?? null,
  }));
  hashes.sort((a, b) => a.projectId - b.projectId || compareText(a.hash, b.hash));
  if (hashes.length > 0 && (await insertHashes(tx, hashes)) < hashes.length)
    throw new BatchRaceError('A hash got another owner meanwhile.');
  return { owned, touched };
}

/** Steps 3 to 5. */
async function write(
  tx: Transaction,
  events: readonly NewEvent[],
  owned: ReadonlyMap<NewEvent, Touched>,
  touched: readonly Touched[],
  o: BatchContext,
): Promise<Change[]> {
  if (touched.length === 0) return [];
  const rows: OwnedEvent[] = [];
  for (const event of events) {
    const issue = owned.get(event);
    if (!issue) continue;
    const isFirst = issue.events[0] === event;
    rows.push({
      event,
      issueId: issue.after.id,
      isNew: isFirst && !issue.before,
      isRegression: isFirst && comesBack(issue) === 'regressed',
    });
  }
  const kept = rows.filter(({ event }) => isKept(event, owned.get(event)));
  await countTimesAndTags(tx, rows, kept);
  if (kept.length > 0) await insertEvents(tx, kept);
  await noteTexts(tx, o.database, kept);
  await attachAll(tx, kept);
  const back = touched.filter((issue) => comesBack(issue) !== null);
  if (back.length > 0)
    await insertActivity(
      tx,
      back.map((issue) => ({
        projectId: issue.after.project_id,
        issueId: issue.after.id,
        kind: comesBack(issue) ?? '',
        by: null,
        at: o.nowMs,
        data: comesBack(issue) === 'unresolved' ? { until: issue.before?.condition?.kind ?? null } : {},
      })),
    );
  const madeIn = sortedNumbers(touched.filter((t) => !t.before).map((t) => t.after.project_id));
  if (madeIn.length > 0) await markFirstEvent(tx, madeIn, o.nowMs);
  await noteReleases(
    tx,
    o.database,
    rows.map((row) => row.event),
    o.nowMs,
  );
  return appendLog(tx, { ...o, drafts: drafts(rows, owned, touched, o.nowMs) });
}

/** What was uploaded before becomes the events' attachments. */
async function attachAll(tx: Transaction, rows: readonly OwnedEvent[]): Promise<void> {
  const attachments: AttachmentRow[] = [];
  for (const { event } of rows) {
    if (event.attachments === undefined) continue;
    const { projectId, eventId, receivedAt } = event;
    for (const attachment of event.attachments)
      attachments.push({ ...attachment, projectId, eventId, receivedAt });
  }
  if (attachments.length > 0) await attach(tx, attachments);
}

/** The entries in order of arrival; what an event does to its issue comes right before it. */
function drafts(
  rows: readonly OwnedEvent[],
  owned: ReadonlyMap<NewEvent, Touched>,
  touched: readonly Touched[],
  nowMs: number,
): ProjectDraft[] {
  const byProject = new Map<number, ProjectDraft>();
  const draftOf = (projectId: number): ProjectDraft => {
    let draft = byProject.get(projectId);
    if (!draft) byProject.set(projectId, (draft = emptyDraft(projectId)));
    return draft;
  };
  for (const issue of touched) {
    const draft = draftOf(issue.after.project_id);
    draft.stats.push(issueStats(issue.after));
    moveUnresolved(draft, issue.before, issue.after);
  }
  for (const { event, issueId, isNew, isRegression } of rows) {
    const issue = owned.get(event);
    if (!issue) continue;
    const draft = draftOf(event.projectId);
    const back = issue.events[0] === event ? comesBack(issue) : null;
    if (isNew || back !== null)
      draft.entries.push({
        kind: 'issue',
        ts: nowMs,
        issueId: String(issueId),
        action: back ?? 'new',
        rev: issue.after.rev,
        by: null,
        data: issueData(issue.after),
        before: issue.before && issueMatch(issue.before),
        after: issueMatch(issue.after),
      });
    if (!isKept(event, issue)) continue;
    draft.entries.push({
      kind: 'event',
      ts: event.receivedAt,
      issueId: String(issueId),
      data: event.data,
      match: { ...event.match, is_new: isNew, is_regression: isRegression },
    });
  }
  return [...byProject.values()];
}

/** What the events did to the state of an issue that existed. */
function comesBack({ before, after }: Touched): 'regressed' | 'unresolved' | null {
  if (before === null || before.status === after.status) return null;
  return before.status === 1 ? 'regressed' : 'unresolved';
}

/** An issue is never without an event: of those that are only counted, the first of a new issue is kept. */
function isKept(event: NewEvent, issue: Touched | undefined): boolean {
  return event.countOnly !== true || (issue?.before === null && issue.events[0] === event);
}

function storedVerdict(event: NewEvent, issue: Touched): Verdict {
  const isFirst = issue.events[0] === event;
  return {
    kind: 'stored',
    issueId: String(issue.after.id),
    isNew: isFirst && !issue.before,
    isRegression: isFirst && comesBack(issue) === 'regressed',
  };
}

/**
 * The texts by which an issue is found: title, culprit and messages of its events, up to 20 different ones. Most batches
 * bring only texts this process has seen committed, or issues that have their 20, and cost nothing.
 */
import { hash as digest } from 'node:crypto';
import { Lru } from '../lib/lru.ts';
import type { Queryable } from './database.ts';
import { searchText } from './event-terms.ts';
import type { OwnedEvent } from './sql/insert-events.ts';
import { insertTexts, type IssueText } from './sql/insert-texts.ts';

const MAX_ISSUES = 10_000;
const MAX_CHARS = 1_000;

/** What is known to be committed of one issue. */
interface Known {
  isFull: boolean;
  /** Repeated most often: compared before anything is hashed. */
  last: string;
  hashes: Set<string>;
}

const byDatabase = new WeakMap<object, Lru<number, Known>>();

export async function noteTexts(tx: Queryable, database: object, rows: readonly OwnedEvent[]): Promise<void> {
  let issues = byDatabase.get(database);
  if (!issues) byDatabase.set(database, (issues = new Lru(MAX_ISSUES)));
  const fresh = new Map<string, IssueText>();
  for (const { event, issueId } of rows) {
    const known = issues.get(issueId);
    if (known?.isFull) continue;
    const text = searchText(event).slice(0, MAX_CHARS).toWellFormed();
    if (known?.last === text) continue;
    const hash = digest('md5', text);
    if (known?.hashes.has(hash)) known.last = text;
    else fresh.set(`${issueId}:${hash}`, { issueId, hash, text });
  }
  if (fresh.size === 0) return;
  const sorted = [...fresh.values()].sort((a, b) => a.issueId - b.issueId || (a.hash < b.hash ? -1 : 1));
  const { added, full } = await insertTexts(tx, sorted);
  // What was added may yet be rolled back: it is known when it was there before.
  for (const { issueId, hash } of added) fresh.delete(`${issueId}:${hash}`);
  for (const { issueId, hash, text } of fresh.values()) {
    let known = issues.get(issueId);
    if (!known) issues.set(issueId, (known = { isFull: false, last: '', hashes: new Set() }));
    known.hashes.add(hash);
    known.last = text;
    known.isFull ||= full.has(issueId);
  }
}

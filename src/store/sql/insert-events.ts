/**
 * The rows of `events`, by binary COPY whatever their number: faster at every size tried, 0.27 against 0.37 ms of
 * `insert … select unnest` at 2 rows, 0.75 against 2.6 at 32, for an array of bytea travels as hex in quoted text.
 */
import { createCopyEncoder } from '../copy-encoder.ts';
import type { Transaction } from '../database.ts';
import { searchText, termsOf } from '../event-terms.ts';
import { levelNumber } from '../issue-state.ts';
import type { NewEvent } from '../new-event.ts';
import { dayOf } from '../partitions.ts';

const COLUMNS = `day, project_id, event_id, issue_id, received_at, occurred_at, level, environment, release,
  user_ident, title, culprit, encoding, payload, hash, terms, search_text, handled, is_new, is_regression`;

const COPY = `copy events (${COLUMNS}) from stdin with (format binary)`;

export interface OwnedEvent {
  event: NewEvent;
  issueId: number;
  /** It made its issue. */
  isNew: boolean;
  /** It brought its issue back. */
  isRegression: boolean;
}

export async function insertEvents(tx: Transaction, rows: readonly OwnedEvent[]): Promise<void> {
  await tx.copyIn(COPY, encode(rows));
}

function encode(rows: readonly OwnedEvent[]): Uint8Array {
  const bytes = rows.reduce((sum, row) => sum + row.event.payload.length + 1_400, 0);
  const copy = createCopyEncoder(bytes);
  for (const { event, issueId, isNew, isRegression } of rows) {
    copy.row(20);
    copy.date(dayOf(event.receivedAt));
    copy.int8(event.projectId);
    copy.uuid(event.eventId);
    copy.int8(issueId);
    copy.timestamp(event.receivedAt);
    copy.timestamp(event.occurredAt);
    copy.int2(levelNumber(event.level));
    copy.text(event.environment);
    copy.text(event.release);
    copy.text(event.userIdent);
    copy.text(event.title);
    copy.text(event.culprit);
    copy.int2(event.encoding);
    copy.bytes(event.payload);
    copy.bytes(Buffer.from(event.hashes[0] ?? '', 'hex'));
    copy.texts(termsOf(event));
    copy.text(searchText(event));
    copy.bool(event.match.handled);
    copy.bool(isNew);
    copy.bool(isRegression);
  }
  return copy.finish();
}

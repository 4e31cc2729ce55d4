/** Writes issues whole: inserts the new ones, updates the locked ones. Columns are passed as arrays. */
import type { Queryable } from '../database.ts';
import type { IssueRow } from '../issue-state.ts';

const COLUMNS = `id, project_id, status, priority, level, platform, type, value, title, culprit,
  event_count, user_count, first_seen, last_seen, first_release, last_release, last_event_id, rev, title_key`;

const ROWS = `unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::smallint[], $5::smallint[], $6::text[], $7::text[],
  $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::timestamptz[], $14::timestamptz[],
  $15::text[], $16::text[], $17::uuid[], $18::integer[], $19::uuid[])`;

const INSERT = {
  name: 'insert_issues',
  text: `
    insert into issues (${COLUMNS}, grouping_version) overriding system value
    select * from ${ROWS.slice(0, -1)}, $20::text[])`,
};

const UPDATE = {
  name: 'update_issues',
  text: `
    update issues as i
    set status = t.status, priority = t.priority, level = t.level, type = t.type, value = t.value, title = t.title,
        culprit = t.culprit, event_count = t.event_count, user_count = t.user_count, first_seen = t.first_seen,
        last_seen = t.last_seen, first_release = t.first_release, last_release = t.last_release,
        last_event_id = t.last_event_id, rev = t.rev, title_key = t.title_key,
        resolved_at = case when t.status = 1 then i.resolved_at end,
        condition = case when t.status <> 0 then i.condition end
    from ${ROWS} as t (${COLUMNS})
    where i.id = t.id`,
};

export async function insertIssues(
  tx: Queryable,
  rows: readonly IssueRow[],
  groupingVersions: readonly string[],
): Promise<void> {
  await tx.execute(INSERT, [...columns(rows), groupingVersions]);
}

/** The rows are locked: what is written is what was read, changed. */
export async function updateIssues(tx: Queryable, rows: readonly IssueRow[]): Promise<void> {
  await tx.execute(UPDATE, columns(rows));
}

function columns(rows: readonly IssueRow[]): unknown[][] {
  return [
    rows.map((r) => r.id),
    rows.map((r) => r.project_id),
    rows.map((r) => r.status),
    rows.map((r) => r.priority),
    rows.map((r) => r.level),
    rows.map((r) => r.platform),
    rows.map((r) => r.type),
    rows.map((r) => r.value),
    rows.map((r) => r.title),
    rows.map((r) => r.culprit),
    rows.map((r) => r.event_count),
    rows.map((r) => r.user_count),
    rows.map((r) => new Date(r.first_seen).toISOString()),
    rows.map((r) => new Date(r.last_seen).toISOString()),
    rows.map((r) => r.first_release),
    rows.map((r) => r.last_release),
    rows.map((r) => r.last_event_id),
    rows.map((r) => r.rev),
    rows.map((r) => r.title_key),
  ];
}

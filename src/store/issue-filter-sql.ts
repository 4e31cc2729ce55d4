/** A filter over issues as a condition on `issues i`: their own columns, their texts, and what their events are like. */
import { LEVELS } from '../event.ts';
import type { Filter } from '../protocol/filter.ts';
import { filterSql, type FieldSql, type SqlParams } from './filter-sql.ts';
import { PRIORITIES, STATUSES } from './issue-state.ts';
import { userHash } from './user-hash.ts';

/** How an ident of an event begins (digest.ts). */
const USER_KINDS = ['id', 'email', 'username', 'ip'] as const;

/** `filter` as issues see it: fields of events beyond those of a search are not in it. */
export function issueCondition(filter: Filter, nowMs: number, p: SqlParams): string {
  return filterSql(filter, { subject: 'issue', level: 'i.level', number, nowMs, text, field }, p);
}

function number(name: string): string | null {
  switch (name) {
    case 'first_seen':
    case 'last_seen':
      return `i.${name}`;
    case 'times_seen':
      return 'i.event_count';
    case 'users':
      return 'i.user_count';
    default:
      return null;
  }
}

function text(needle: string, p: SqlParams): string {
  const like = `%${needle.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return `exists (select from issue_texts x where x.issue_id = i.id and x.text like ${p.add(like)}::text)`;
}

function field(name: string): FieldSql {
  switch (name) {
    case 'issue_id':
      return { kind: 'text', sql: 'i.id::text' };
    case 'is':
      return { kind: 'enum', sql: 'i.status', names: STATUSES };
    case 'level':
      return { kind: 'enum', sql: 'i.level', names: LEVELS };
    case 'priority':
      return { kind: 'enum', sql: 'i.priority', names: PRIORITIES };
    case 'assigned':
      return { kind: 'text', sql: 'i.assigned_to' };
    case 'platform':
      return { kind: 'text', sql: 'i.platform' };
    case 'release':
      return { kind: 'text', sql: 'i.last_release' };
    case 'user':
      return { ...tag('user', `substr(x.value, strpos(x.value, ':') + 1)`), equals: hasMet };
    default:
      return tag(name.startsWith('tags.') ? name.slice(5) : name, 'x.value');
  }
}

/** Of its events, as they are counted. */
function tag(key: string, value: string) {
  return {
    kind: 'rows',
    value,
    from: (p: SqlParams) =>
      `from issue_tags x where x.project_id = i.project_id and x.issue_id = i.id and x.key = ${p.add(key)}::text`,
  } as const;
}

/** Every user is known by a hash, the roll-up has the names of a few. */
function hasMet(values: readonly string[], p: SqlParams): string {
  const idents = values.flatMap((value) => USER_KINDS.map((kind) => `${kind}:${value}`));
  const hashes = idents.map((ident) => String(userHash(ident)));
  return `exists (select from issue_users x where x.issue_id = i.id and x.user_hash = any (${p.add(hashes)}::bigint[]))`;
}

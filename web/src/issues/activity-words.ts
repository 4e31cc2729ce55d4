/** What somebody did to an issue, as a clause: `resolved it as of release 2.0`. Pure. */
import type { Activity } from '../../../src/protocol/rest.ts';

type Data = Activity['data'];

/** `nameOf`: of a member, by id. */
export function activityWords({ kind, data }: Activity, nameOf: (userId: string) => string): string {
  switch (kind) {
    case 'new':
    case 'first_seen':
      return 'first seen';
    case 'resolved':
    case 'archived':
      return [kind, 'this issue', ending(data)].filter(Boolean).join(' ');
    case 'unresolved':
      return data['until'] === undefined ? 'reopened this issue' : 'brought it back: its time had come';
    case 'regressed':
      return 'regressed: an event arrived after it was resolved';
    case 'escalated':
      return 'brought it back: many more events than usual';
    case 'assigned':
      return typeof data['assignee'] === 'string'
        ? `assigned it to ${nameOf(data['assignee'])}`
        : 'assigned it to nobody';
    case 'priority':
      return typeof data['priority'] === 'string'
        ? `set the priority to ${data['priority']}`
        : 'changed the priority';
    case 'comment':
      return 'commented';
    case 'merged':
      return 'merged issues into this one';
    case 'unmerged':
      return 'took this issue apart';
    case 'told_apart':
      return 'said that a similar issue is not the same';
    case 'told_apart_undone':
      return 'took back that a similar issue is not the same';
    default:
      return kind.replaceAll('_', ' ');
  }
}

function ending({ kind, count, release, date }: Data): string {
  const more = typeof count === 'number' ? count.toLocaleString('en') : '';
  switch (kind) {
    case 'in_release':
      return `as of release ${release ?? ''}`;
    case 'next_release':
      return 'as of the next release';
    case 'escalating':
      return 'until it escalates';
    case 'events':
      return `until ${more} more events`;
    case 'users':
      return `until ${more} more users`;
    case 'date':
      return typeof date === 'string'
        ? `until ${new Date(date).toLocaleDateString('en', { dateStyle: 'medium' })}`
        : '';
    default:
      return '';
  }
}

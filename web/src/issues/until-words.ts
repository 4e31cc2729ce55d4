/** What ends a state, in words: `until it escalates`, `as of release 2.0`. */
import type { IssueUntil } from '../../../src/protocol/rest.ts';

export function untilWords(until: IssueUntil): string {
  switch (until.kind) {
    case 'in_release':
      return `as of release ${until.release}`;
    case 'next_release':
      return until.after === null ? 'as of the next release' : `as of the release after ${until.after}`;
    case 'escalating':
      return 'until it escalates';
    case 'events':
      return `until it has ${until.count.toLocaleString('en')} events`;
    case 'users':
      return `until ${until.count.toLocaleString('en')} users have met it`;
    case 'date':
      return `until ${new Date(until.date).toLocaleDateString('en', { dateStyle: 'medium' })}`;
    default:
      return until satisfies never;
  }
}

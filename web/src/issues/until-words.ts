/** What ends a state, in words: `until it escalates`, `as of release 2.0`; and how to ask for the same end again. */
import type { Issue, IssueUntil, UntilRequest } from '../../../src/protocol/rest.ts';

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

/** undefined: nothing ends it, or what was to end it has come. */
export function untilAgain({ until, ...issue }: Issue): UntilRequest | undefined {
  if (!until) return undefined;
  switch (until.kind) {
    case 'next_release':
      return { kind: 'next_release' };
    case 'events':
    case 'users': {
      // Shown as the counter's mark, asked for as so many more.
      const count = until.count - (until.kind === 'events' ? issue.event_count : issue.user_count);
      return count > 0 ? { kind: until.kind, count } : undefined;
    }
    case 'in_release':
    case 'escalating':
    case 'date':
      return until;
    default:
      return until satisfies never;
  }
}

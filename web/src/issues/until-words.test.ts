import { expect, it } from 'vitest';
import type { Issue, IssueUntil } from '../../../src/protocol/rest.ts';
import { untilAgain } from './until-words.ts';

const again = (until: IssueUntil | null) =>
  untilAgain({ event_count: 7, user_count: 2, until } as unknown as Issue);

it('WEB20 a state that is given back by an undo ends as it would have ended', () => {
  expect(again(null)).toBeUndefined();
  expect(again({ kind: 'in_release', release: '2.0' })).toEqual({ kind: 'in_release', release: '2.0' });
  expect(again({ kind: 'next_release', after: '1.9' })).toEqual({ kind: 'next_release' });
  expect(again({ kind: 'escalating' })).toEqual({ kind: 'escalating' });
  expect(again({ kind: 'events', count: 17 })).toEqual({ kind: 'events', count: 10 });
  expect(again({ kind: 'users', count: 5 })).toEqual({ kind: 'users', count: 3 });
  expect(again({ kind: 'events', count: 7 })).toBeUndefined();
  const date = { kind: 'date', date: '2026-12-01T00:00:00.000Z' } as const;
  expect(again(date)).toEqual(date);
});

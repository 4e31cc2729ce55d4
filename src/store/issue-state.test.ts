import { describe, expect, it } from 'vitest';
import { newEvent } from '../../test/support/new-event.ts';
import { newIssueRow, PRIORITIES, priorityOf, withEvents } from './issue-state.ts';
import { slugOf } from './slug.ts';

const NOW = { nowMs: 10_000, firstSeen: () => undefined };

describe('issue state', () => {
  it.each([
    ['fatal', true, 'high'],
    ['error', false, 'high'],
    ['info', false, 'high'],
    ['error', null, 'medium'],
    ['warning', true, 'medium'],
    ['info', true, 'low'],
    ['debug', null, 'low'],
  ] as const)('DB7 priority of %s, handled %s, is %s', (level, handled, priority) => {
    expect(PRIORITIES[priorityOf({ level, handled })]).toBe(priority);
  });

  it('DB8 title follows what came last, seen times what happened first and last, status the rules', () => {
    const late = newEvent(1, 'late', { occurredAt: 5_000, release: '2' });
    const early = newEvent(1, 'early', { occurredAt: 1_000, release: null });
    const row = newIssueRow(7, late);
    expect(withEvents(row, [late, early], 2, NOW)).toMatchObject({
      title: 'Error: early',
      first_seen: 1_000,
      last_seen: 5_000,
      first_release: '2',
      last_release: '2',
      event_count: 2,
      user_count: 2,
      last_event_id: early.eventId,
      rev: 1,
    });
    expect([0, 1, 2].map((status) => withEvents({ ...row, status }, [early], 0, NOW).status)).toEqual([
      0, 0, 2,
    ]);
    expect(withEvents(row, [], 0, NOW)).toBe(row);
  });

  it('DB26 a slug has a letter, no ends of hyphens, and never is empty', () => {
    expect(
      ['Web Shop!', '2024', 'Ünïcode', '--', '日本', 'a'.repeat(80)].map((name) => slugOf(name)),
    ).toEqual(['web-shop', 'project-2024', 'unicode', 'project', 'project', 'a'.repeat(48)]);
  });
});

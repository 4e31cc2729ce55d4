import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf } from './partitions.ts';
import { cutoffsOf, planRetention } from './retention-plan.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2031, 5, 15, 13);
const ago = (days: number) => dayOf(NOW - days * DAY);

describe('what retention removes', () => {
  it('DB41 exactly the days that are over for their project; a day over for everybody goes whole', () => {
    const days = fc.integer({ min: 1, max: 12 });
    const stored = fc.uniqueArray(
      fc.record({ age: fc.integer({ min: 0, max: 14 }), project_id: fc.integer({ min: 1, max: 4 }) }),
      { selector: ({ age, project_id: id }) => `${age}:${id}` },
    );
    fc.assert(
      fc.property(
        days,
        fc.dictionary(fc.constantFrom('1', '2', '3'), days),
        stored,
        (defaultDays, own, rows) => {
          const daysOf = new Map(Object.entries(own).map(([id, d]) => [Number(id), d]));
          const partitions = Array.from({ length: 17 }, (_, i) => ago(15 - i));
          const plan = planRetention({
            nowMs: NOW,
            retention: { defaultDays, daysOf },
            partitions,
            stored: rows.map(({ age, project_id }) => ({ day: ago(age), project_id })),
          });
          const gone = (row: (typeof rows)[number]) =>
            plan.drop.includes(ago(row.age)) ||
            plan.clear.some(({ day, projectId }) => day === ago(row.age) && projectId === row.project_id);
          for (const row of rows)
            expect(gone(row)).toBe(row.age > (daysOf.get(row.project_id) ?? defaultDays));
          // Nothing is deleted row by row of a day that could go whole.
          for (const { day } of plan.clear)
            expect(rows.some((row) => ago(row.age) === day && !gone(row))).toBe(true);
          expect(plan.drop.every((day) => day <= ago(2))).toBe(true);
        },
      ),
    );
  });

  it('DB42 hourly numbers outlive the events', () => {
    const retention = { defaultDays: 90, daysOf: new Map([[1, 500]]) };
    expect(cutoffsOf(NOW, retention, 'events')).toEqual({
      projectIds: [1],
      days: [ago(500)],
      otherwise: ago(90),
    });
    expect(cutoffsOf(NOW, retention, 'counters')).toMatchObject({ days: [ago(500)], otherwise: ago(400) });
    const brief = { defaultDays: 5, daysOf: new Map([[1, 500]]) };
    expect(cutoffsOf(NOW, brief, 'charts')).toMatchObject({ days: [ago(500)], otherwise: ago(90) });
    expect(cutoffsOf(NOW, brief, 'minutes')).toMatchObject({ days: [ago(3)], otherwise: ago(3) });
  });
});

/** Hourly numbers of a project: events by level, and what became of everything that was sent. */
import { LEVELS } from '../event.ts';
import type { OutcomeRow, Volume } from '../protocol/rest.ts';
import type { Database } from './database.ts';
import { isoTime, levelName } from './issue-state.ts';
import { selectOutcomes } from './sql/select-outcomes.ts';
import { selectProjectHours } from './sql/select-project-hours.ts';
import { selectSameHours } from './sql/select-same-hours.ts';

const HOUR_MS = 3_600_000;
/** Longer ranges are cut at their beginning. */
const MAX_HOURS = 24 * 90;

export interface StatsReader {
  /** Times in epoch ms; whole hours that touch the range. */
  volume: (projectId: number, o: { since: number; until: number; interval: 'hour' }) => Promise<Volume>;
  /** Events in the hour of `hourMs` on each of the seven days before. */
  sameHours: (projectId: number, hourMs: number) => Promise<number[]>;
  outcomeRows: (projectId: number, o: { since: number; until: number }) => Promise<OutcomeRow[]>;
}

export function createStatsReader(db: Database): StatsReader {
  return {
    async volume(projectId, { since, until }) {
      const end = Math.ceil(until / HOUR_MS) * HOUR_MS;
      const start = Math.max(Math.floor(since / HOUR_MS) * HOUR_MS, end - MAX_HOURS * HOUR_MS);
      const length = Math.max(0, (end - start) / HOUR_MS);
      const rows = await selectProjectHours(db, projectId, start, end);
      const by_level: Volume['by_level'] = {};
      for (const level of LEVELS) by_level[level] = Array.from({ length }, () => 0);
      for (const { hour, level, events } of rows) {
        const hours = by_level[levelName(level)];
        if (hours) hours[(hour - start) / HOUR_MS] = events;
      }
      return { since: isoTime(start), interval_ms: HOUR_MS, by_level };
    },
    sameHours: (projectId, hourMs) => selectSameHours(db, projectId, hourMs),
    outcomeRows: (projectId, { since, until }) => selectOutcomes(db, projectId, since, until),
  };
}

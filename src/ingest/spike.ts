/**
 * Spike protection: a project that sends more in a minute than it ever does at this hour keeps the payloads up to
 * that rate only; beyond, events are counted without. The learned rate is the median of the same hour of the last
 * seven days; it is loaded once an hour, and until it is there the floor holds.
 */
import type { Clock } from '../lib/clock.ts';
import { Lru } from '../lib/lru.ts';
import type { Logger } from '../log.ts';

/** Five times the usual rate, or twenty times an event a second: less is no spike to anybody. */
const FACTOR = 5;
const FLOOR_A_MINUTE = 20 * 60;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MAX_PROJECTS = 2_000;

export interface SpikeProtection {
  /** Counts an event in; true: its payload is one too many. */
  exceeds(projectId: number): boolean;
}

interface ProjectRate {
  minute: number;
  seen: number;
  hour: number;
  budget: number;
}

export function createSpikeProtection(o: {
  /** Events in the hour of `hourMs` on each of the seven days before. */
  loadSameHours: (projectId: number, hourMs: number) => Promise<number[]>;
  clock: Pick<Clock, 'now'>;
  log: Logger;
}): SpikeProtection {
  const rates = new Lru<number, ProjectRate>(MAX_PROJECTS);

  async function learn(projectId: number, rate: ProjectRate): Promise<void> {
    try {
      const hours = await o.loadSameHours(projectId, rate.hour * HOUR_MS);
      const sorted = [...hours].sort((a, b) => a - b);
      const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
      rate.budget = Math.max((FACTOR * median) / 60, FLOOR_A_MINUTE);
    } catch (error) {
      o.log.warn({ err: error, projectId }, 'the usual rate of a project could not be read');
    }
  }

  return {
    exceeds(projectId) {
      const now = o.clock.now();
      const minute = Math.floor(now / MINUTE_MS);
      const hour = Math.floor(now / HOUR_MS);
      let rate = rates.get(projectId);
      if (rate === undefined)
        rates.set(projectId, (rate = { minute, seen: 0, hour: -1, budget: FLOOR_A_MINUTE }));
      if (rate.hour !== hour) {
        rate.hour = hour;
        void learn(projectId, rate);
      }
      if (rate.minute !== minute) {
        rate.minute = minute;
        rate.seen = 0;
      }
      rate.seen += 1;
      return rate.seen > rate.budget;
    },
  };
}

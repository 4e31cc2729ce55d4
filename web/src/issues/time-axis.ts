/** The scales of an hourly chart: a round top for the counts, the days' beginnings for the time. Pure. */

const HOUR_MS = 3_600_000;
/** Steps of a round number, at any power of ten. All have an integer half from 4 on. */
const ROUND = [1, 2, 4, 6, 8, 10];
const LOWEST_TOP = 4;

/** The smallest round number that is not below `max`, at least 4; its half is an integer. */
export function roundTop(max: number): number {
  if (max <= LOWEST_TOP) return LOWEST_TOP;
  const power = 10 ** Math.floor(Math.log10(max));
  const step = ROUND.find((candidate) => candidate * power >= max) ?? 10;
  return step * power;
}

export interface DayTick {
  /** Index of the hour that is the first of a local day. */
  hour: number;
  at: Date;
}

export function dayTicks(since: number, hours: number): DayTick[] {
  const ticks: DayTick[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const at = new Date(since + hour * HOUR_MS);
    if (at.getHours() === 0) ticks.push({ hour, at });
  }
  return ticks;
}

export function hourAt(since: number, hour: number): Date {
  return new Date(since + hour * HOUR_MS);
}

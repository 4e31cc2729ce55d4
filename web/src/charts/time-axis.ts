/** The scales of a chart over time: a round top for the counts, the days' beginnings for the time. Pure. */

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

/** Which of these bucket starts begin a local day; at most `most` of them, evenly. */
export function dayTicks(starts: readonly string[], most: number): number[] {
  const days = starts.flatMap((start, index) => (isMidnight(new Date(start)) ? [index] : []));
  const every = Math.max(1, Math.ceil(days.length / most));
  return days.filter((_, index) => index % every === 0);
}

function isMidnight(at: Date): boolean {
  return at.getHours() === 0 && at.getMinutes() === 0;
}

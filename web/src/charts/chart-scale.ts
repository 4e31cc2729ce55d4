/** Time on a chart: where the ticks are, and how a bucket is called. Pure. */

const HOUR_MS = 3_600_000;
/** Steps between ticks in ms; days are handled by the calendar. */
const STEPS = [5, 10, 15, 30, 60, 120, 180, 360].map((minutes) => minutes * 60_000);
const MAX_TICKS = 9;

export interface TimeTick {
  at: number;
  label: string;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const MOMENT = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** At most nine, at round local times; the beginning of a day is called by its date. */
export function timeTicks(from: number, to: number): TimeTick[] {
  const step = STEPS.find((candidate) => (to - from) / candidate <= MAX_TICKS);
  return step === undefined ? dayTicks(from, to) : clockTicks(from, to, step);
}

function clockTicks(from: number, to: number, step: number): TimeTick[] {
  const midnight = new Date(from).setHours(0, 0, 0, 0);
  const ticks: TimeTick[] = [];
  for (let at = midnight + Math.ceil((from - midnight) / step) * step; at < to; at += step) {
    const date = new Date(at);
    const isDay = date.getHours() === 0 && date.getMinutes() === 0;
    ticks.push({ at, label: isDay ? DAY.format(date) : CLOCK.format(date) });
  }
  return ticks;
}

function dayTicks(from: number, to: number): TimeTick[] {
  const every = Math.ceil((to - from) / (24 * HOUR_MS) / MAX_TICKS);
  const ticks: TimeTick[] = [];
  const day = new Date(from);
  day.setHours(24, 0, 0, 0);
  for (; day.getTime() < to; day.setDate(day.getDate() + every))
    ticks.push({ at: day.getTime(), label: DAY.format(day) });
  return ticks;
}

/** `Tue, Nov 24, 08:00 – 08:15`. */
export function spanWords(from: number, to: number): string {
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString();
  return `${MOMENT.format(from)} – ${sameDay ? CLOCK.format(to) : MOMENT.format(to)}`;
}

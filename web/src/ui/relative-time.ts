/** Times as words: `now`, `42s`, `5m`, `3h`, `12d`, `4mo`, `2y`; and the absolute form with its time zone. */

const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [365 * 86_400_000, 'y'],
  [30 * 86_400_000, 'mo'],
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
];

export function relativeTime(at: number, now: number): string {
  const ms = now - at;
  for (const [size, name] of UNITS) if (ms >= size) return `${Math.floor(ms / size)}${name}`;
  // Seconds in steps of five: a column that changes each second is noise. A future time is clock drift.
  const seconds = Math.floor(ms / 5000) * 5;
  return seconds <= 0 ? 'now' : `${seconds}s`;
}

const ABSOLUTE = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'long',
});

export function absoluteTime(at: number): string {
  return ABSOLUTE.format(at);
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

/** Time of day with milliseconds, for streams and breadcrumbs. */
export function clockTime(at: number): string {
  return CLOCK.format(at);
}

const COUNT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 1.2K, 3.4M; exact below 1,000. */
export function compactCount(count: number): string {
  return COUNT.format(count);
}

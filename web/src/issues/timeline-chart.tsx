/** Events over time, as bars. A plain SVG: one path, so that a live update costs one attribute. */
import { useState, type PointerEvent } from 'react';
import type { Timeline } from '../../../src/protocol/rest.ts';
import { dayTicks, roundTop } from '../charts/time-axis.ts';

/** Units of the drawing; it is stretched to the width there is. */
const UNITS = 100;
const BAR = 0.72;

const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const HOUR = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** As many as have room. */
const MAX_TICKS = 10;

export function TimelineChart({ timeline: { starts, events, interval } }: { timeline: Timeline }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const words = interval === 'day' ? DAY : HOUR;
  const total = events.reduce((sum, count) => sum + count, 0);
  const top = roundTop(Math.max(0, ...events));
  const percent = (bucket: number) => `${(bucket / events.length) * 100}%`;
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const bucket = Math.floor(((event.clientX - left) / width) * events.length);
    setPointed(bucket >= 0 && bucket < events.length ? bucket : null);
  };
  return (
    <div
      role="img"
      aria-label={`Timeline: ${total} events in ${events.length} ${interval}s`}
      className="pt-2 text-xs text-faint tabular-nums select-none"
    >
      <div
        className="relative ml-9 h-20 border-b border-line-strong"
        onPointerMove={point}
        onPointerLeave={() => setPointed(null)}
      >
        {[top, top / 2].map((count) => (
          <div
            key={count}
            className="absolute inset-x-0 border-t border-line"
            style={{ bottom: percent((count / top) * events.length) }}
          >
            <span className="absolute right-full -translate-y-1/2 pr-2">{count.toLocaleString('en')}</span>
          </div>
        ))}
        {pointed !== null && (
          <div
            className="absolute inset-y-0 bg-hover"
            style={{ left: percent(pointed), width: percent(1) }}
          />
        )}
        <svg
          viewBox={`0 0 ${events.length} ${UNITS}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
          aria-hidden="true"
        >
          <path d={bars(events, top)} fill="var(--accent)" />
        </svg>
        {pointed !== null && (
          <span
            className="pointer-events-none absolute -top-1 rounded bg-raised px-1.5 leading-5 whitespace-nowrap text-text shadow-pop"
            style={
              pointed < events.length / 2
                ? { left: percent(pointed + 2) }
                : { right: percent(events.length - pointed + 1) }
            }
          >
            {words.format(new Date(starts[pointed] ?? ''))} · {(events[pointed] ?? 0).toLocaleString('en')}
          </span>
        )}
      </div>
      <div className="relative ml-9 h-5 overflow-hidden" aria-hidden="true">
        {dayTicks(starts, MAX_TICKS).map((bucket) => (
          <span
            key={bucket}
            className="absolute top-1 -translate-x-1/2 leading-4 whitespace-nowrap odd:max-sm:hidden"
            style={{ left: percent(bucket) }}
          >
            {DAY.format(new Date(starts[bucket] ?? ''))}
          </span>
        ))}
      </div>
    </div>
  );
}

function bars(events: readonly number[], top: number): string {
  let path = '';
  events.forEach((count, bucket) => {
    if (count === 0) return;
    const height = Math.max(2, (count / top) * UNITS).toFixed(1);
    path += `M${(bucket + (1 - BAR) / 2).toFixed(2)} ${UNITS}v-${height}h${BAR}v${height}z`;
  });
  return path;
}

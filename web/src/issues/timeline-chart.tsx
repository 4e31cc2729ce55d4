/** Events an hour, as bars over time (uPlot draws on a canvas: a live update costs no layout). */
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Timeline } from '../../../src/protocol/rest.ts';
import { useTheme } from '../app/theme.ts';

const HOUR_S = 3600;
const HEIGHT = 112;

/** Canvas cannot read `light-dark()`: the browser resolves it on an element. */
function resolveColor(element: Element, token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const HOUR = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** Midnight is named by its day. */
function tickLabel(seconds: number): string {
  const at = new Date(seconds * 1000);
  return at.getHours() === 0 ? DAY.format(at) : HOUR.format(at);
}

export function TimelineChart({ timeline }: { timeline: Timeline }) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const theme = useTheme();
  const start = Math.floor(Date.parse(timeline.since) / 1000);
  const xs = timeline.hours.map((_, hour) => start + hour * HOUR_S);
  const data: uPlot.AlignedData = [xs, timeline.hours];
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const color = (token: string) => resolveColor(element, token);
    const axis = {
      stroke: color('--faint'),
      font: '11px "Inter Variable", sans-serif',
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
    };
    const bars = uPlot.paths.bars?.({ size: [0.72, 24], align: 1 });
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        padding: [8, 4, 0, 0],
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: { y: { range: (_, __, max) => [0, Math.max(4, max * 1.1)] } },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 22,
            space: 64,
            values: (_, ticks) => ticks.map((tick) => tickLabel(tick)),
          },
          {
            ...axis,
            size: 40,
            values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? `${tick}` : '')),
          },
        ],
        series: [
          {},
          {
            fill: color('--accent'),
            width: 0,
            points: { show: false },
            ...(bars === undefined ? {} : { paths: bars }),
          },
        ],
      },
      latest.current,
      element,
    );
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = undefined;
    };
  }, [theme]);

  useEffect(() => {
    chart.current?.setData(latest.current);
  }, [timeline]);

  const total = timeline.hours.reduce((sum, count) => sum + count, 0);
  return (
    <div
      ref={holder}
      role="img"
      aria-label={`Timeline: ${total} events in ${timeline.hours.length} hours`}
      style={{ height: HEIGHT }}
    />
  );
}

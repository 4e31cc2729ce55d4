/** 24 hours as bars; a plain SVG, so that hundreds of rows cost little. */
import { memo } from 'react';

interface Props {
  hours: readonly number[];
  width?: number;
  height?: number;
}

export const Sparkline = memo(function Sparkline({ hours, width = 120, height = 26 }: Props) {
  const max = Math.max(1, ...hours);
  const total = hours.reduce((sum, count) => sum + count, 0);
  const step = width / Math.max(1, hours.length);
  let path = '';
  let base = '';
  hours.forEach((count, hour) => {
    const x = (hour * step + step * 0.14).toFixed(1);
    const w = (step * 0.72).toFixed(1);
    base += `M${x} ${height - 1}h${w}`;
    if (count === 0) return;
    const barHeight = Math.max(2, (count / max) * (height - 2));
    path += `M${x} ${height}v-${barHeight.toFixed(1)}h${w}v${barHeight.toFixed(1)}z`;
  });
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${total} events in the last 24 hours, at most ${max} an hour`}
    >
      <path d={base} stroke="var(--line-strong)" strokeWidth="1.5" />
      <path d={path} fill="var(--accent)" opacity="0.85" />
    </svg>
  );
});

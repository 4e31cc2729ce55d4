/** A level as colour, shape and word: never colour alone. */
import type { Level } from '../../../src/event.ts';
import { classNames } from './class-names.ts';

const COLORS: Record<Level, string> = {
  fatal: 'text-fatal',
  error: 'text-error',
  warning: 'text-warning',
  info: 'text-info',
  debug: 'text-debug',
};

function Shape({ level }: { level: Level }) {
  switch (level) {
    case 'fatal':
      return <path d="M3.6.8h4.8l2.8 2.8v4.8l-2.8 2.8H3.6L.8 8.4V3.6z" />;
    case 'error':
      return <circle cx="6" cy="6" r="4.8" />;
    case 'warning':
      return <path d="M6 1 11.4 10.6H.6z" />;
    case 'info':
      return <rect x="1.6" y="1.6" width="8.8" height="8.8" rx="1.6" />;
    case 'debug':
      return <path d="M6 .8 11.2 6 6 11.2.8 6z" fill="none" stroke="currentColor" strokeWidth="1.6" />;
  }
}

export function LevelMark({ level, size = 11 }: { level: Level; size?: number }) {
  return (
    <svg
      viewBox="0 0 12 12"
      width={size}
      height={size}
      fill="currentColor"
      className={classNames('shrink-0', COLORS[level])}
      role="img"
      aria-label={`level ${level}`}
    >
      <Shape level={level} />
    </svg>
  );
}

export function LevelBadge({ level }: { level: Level }) {
  return (
    <span className={classNames('inline-flex items-center gap-1.5 text-sm font-medium', COLORS[level])}>
      <LevelMark level={level} />
      {level}
    </span>
  );
}

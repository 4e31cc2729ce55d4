/** The state of a live connection in a dot and a word. */
import { classNames } from '../ui/class-names.ts';
import type { ConnectionState } from './connection-state.ts';

const STATES: Record<ConnectionState, { word: string; dot: string; hint: string }> = {
  connecting: {
    word: 'Connecting',
    dot: 'bg-warning animate-pulse-dot',
    hint: 'Opening the live connection',
  },
  live: { word: 'Live', dot: 'bg-ok', hint: 'Changes arrive as they happen' },
  behind: { word: 'Behind', dot: 'bg-warning animate-pulse-dot', hint: 'Catching up with the log' },
  degraded: {
    word: 'Late',
    dot: 'bg-warning animate-pulse-dot',
    hint: 'The server cannot read its log at the moment; changes may come late',
  },
  paused: { word: 'Paused', dot: 'bg-info', hint: 'You paused the stream; nothing is lost yet' },
  offline: { word: 'Offline', dot: 'bg-error animate-pulse-dot', hint: 'Connection lost; trying again' },
  unauthorised: { word: 'Signed out', dot: 'bg-error', hint: 'Your access ended; sign in again' },
  refused: { word: 'Refused', dot: 'bg-error', hint: 'The server refused the stream; reload the page' },
  closed: { word: 'Closed', dot: 'bg-line-strong', hint: 'This page closed the connection' },
};

export function ConnectionBadge({ state, className }: { state: ConnectionState; className?: string }) {
  const { word, dot, hint } = STATES[state];
  return (
    <span
      role="status"
      aria-label={`Connection: ${word}`}
      title={hint}
      className={classNames('inline-flex items-center gap-2 text-sm text-muted', className)}
    >
      <span className={classNames('size-2 rounded-full', dot)} aria-hidden="true" />
      {word}
    </span>
  );
}

/** The state of a live connection in a dot and a word. */
import { classNames } from '../ui/class-names.ts';
import type { StreamState } from './stream-client.ts';

const STATES: Record<StreamState, { word: string; dot: string; hint: string }> = {
  connecting: {
    word: 'Connecting',
    dot: 'bg-warning animate-pulse-dot',
    hint: 'Opening the live connection',
  },
  live: { word: 'Live', dot: 'bg-ok', hint: 'Changes arrive as they happen' },
  behind: { word: 'Behind', dot: 'bg-warning animate-pulse-dot', hint: 'Catching up with the log' },
  paused: { word: 'Paused', dot: 'bg-info', hint: 'You paused the stream; nothing is lost yet' },
  offline: { word: 'Offline', dot: 'bg-error animate-pulse-dot', hint: 'Connection lost; trying again' },
  closed: { word: 'Disconnected', dot: 'bg-error', hint: 'The server ended the connection; reload the page' },
};

export function ConnectionBadge({ state, className }: { state: StreamState; className?: string }) {
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

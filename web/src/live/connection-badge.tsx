/** The state of a live connection in a dot and a word, and how far away the server is; what it means on hover or focus. */
import { classNames } from '../ui/class-names.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import type { ConnectionState } from './connection-state.ts';
import { useLatency } from './latency.ts';

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

interface Props {
  state: ConnectionState;
  /** Where the explanation has room. */
  side?: 'top' | 'bottom';
  align?: 'start' | 'end';
  className?: string;
}

export function ConnectionBadge({ state, side, align, className }: Props) {
  const { word, dot, hint } = STATES[state];
  const ms = useLatency();
  const latency = ms === null ? null : latencyWords(ms);
  return (
    <Tooltip
      {...(side !== undefined && { side })}
      {...(align !== undefined && { align })}
      {...(className !== undefined && { className })}
      text={
        <>
          {hint}.
          {latency !== null && <span className="block text-faint">{latency} to the server and back.</span>}
        </>
      }
    >
      {(describedBy) => (
        <span
          role="status"
          aria-label={`Connection: ${word}`}
          aria-describedby={describedBy}
          tabIndex={0}
          className="inline-flex items-center gap-2 rounded text-sm text-muted"
        >
          <span className={classNames('size-2 rounded-full', dot)} aria-hidden="true" />
          {word}
          {latency !== null && (
            <span aria-hidden="true" data-testid="latency" className="text-faint tabular-nums max-sm:hidden">
              {latency}
            </span>
          )}
        </span>
      )}
    </Tooltip>
  );
}

function latencyWords(ms: number): string {
  return ms < 1 ? '< 1 ms' : `${Math.round(ms).toLocaleString('en')} ms`;
}

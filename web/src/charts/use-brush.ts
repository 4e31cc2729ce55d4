/** Choosing buckets of a chart: by dragging, or with the arrows (Shift selects, Enter takes, Escape gives up). */
import { useState, type KeyboardEvent, type PointerEvent } from 'react';

export interface Brush {
  /** The bucket under the pointer or the keyboard's cursor. */
  cursor: number | null;
  /** First and last bucket of what is being selected. */
  selection: { first: number; last: number } | null;
  /** The cursor was moved by keys: worth saying aloud. */
  byKey: boolean;
  handlers: {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    onPointerCancel: () => void;
    onPointerLeave: () => void;
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
    onBlur: () => void;
  };
}

interface State {
  cursor: number | null;
  anchor: number | null;
  how: 'pointer' | 'drag' | 'keys';
}

const IDLE: State = { cursor: null, anchor: null, how: 'pointer' };

export function useBrush(buckets: number, onSelect: (first: number, last: number) => void): Brush {
  const [state, setState] = useState<State>(IDLE);
  const { cursor, anchor } = state;
  const selection =
    cursor === null || anchor === null
      ? null
      : { first: Math.min(anchor, cursor), last: Math.max(anchor, cursor) };

  const bucketAt = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return clamp(Math.floor(((event.clientX - left) / width) * buckets), buckets);
  };
  const take = (chosen: { first: number; last: number }) => {
    setState(IDLE);
    onSelect(chosen.first, chosen.last);
  };

  return {
    cursor: cursor !== null && cursor < buckets ? cursor : null,
    selection,
    byKey: state.how === 'keys',
    handlers: {
      onPointerDown(event) {
        if (event.button !== 0 || event.pointerType === 'touch') return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = bucketAt(event);
        setState({ cursor: at, anchor: at, how: 'drag' });
      },
      onPointerMove(event) {
        const at = bucketAt(event);
        setState((old) => (old.how === 'drag' ? { ...old, cursor: at } : { ...IDLE, cursor: at }));
      },
      onPointerUp() {
        if (state.how !== 'drag') return;
        // A click selects nothing.
        if (selection !== null && selection.first < selection.last) take(selection);
        else setState({ ...IDLE, cursor });
      },
      onPointerCancel: () => setState(IDLE),
      onPointerLeave: () => setState((old) => (old.how === 'pointer' ? IDLE : old)),
      onBlur: () => setState((old) => (old.how === 'keys' ? IDLE : old)),
      onKeyDown(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const step = stepOf(event.key, buckets);
        if (step !== null) {
          const before = cursor ?? buckets - 1;
          const next = cursor === null ? before : clamp(before + step, buckets);
          setState({ cursor: next, anchor: event.shiftKey ? (anchor ?? before) : null, how: 'keys' });
        } else if (event.key === 'Enter' && cursor !== null) {
          take(selection ?? { first: cursor, last: cursor });
        } else if (event.key === 'Escape' && cursor !== null) setState(IDLE);
        else return;
        event.preventDefault();
      },
    },
  };
}

function stepOf(key: string, buckets: number): number | null {
  switch (key) {
    case 'ArrowLeft':
      return -1;
    case 'ArrowRight':
      return 1;
    case 'PageUp':
      return -10;
    case 'PageDown':
      return 10;
    case 'Home':
      return -buckets;
    case 'End':
      return buckets;
    default:
      return null;
  }
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}

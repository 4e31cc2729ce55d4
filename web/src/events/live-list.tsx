/** The stream's rows, virtualised. Scrolled away from the top, the reader keeps their place. */
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp, TriangleAlert } from 'lucide-react';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import { ApiError } from '../app/api.ts';
import type { LeftOut, LiveRow } from '../live/live-rows.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { LevelMark } from '../ui/level.tsx';
import { absoluteTime, clockTime } from '../ui/relative-time.ts';
import { showToast } from '../ui/toast-store.ts';

const ROW_HEIGHT = 38;

interface Props {
  rows: readonly LiveRow[];
  slug: string;
  onLoad: (dropped: LeftOut) => Promise<void>;
}

export function LiveList({ rows, slug, onLoad }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
  });

  // New rows push the old ones down; a reader further below is moved along, so that the text stands still.
  const topKey = useRef<string | undefined>(undefined);
  const first = rows[0]?.key;
  useLayoutEffect(() => {
    const element = scroller.current;
    const before = topKey.current;
    topKey.current = first;
    if (element === null || before === undefined || before === first || element.scrollTop < ROW_HEIGHT)
      return;
    const added = rows.findIndex((row) => row.key === before);
    if (added > 0) element.scrollTop += added * ROW_HEIGHT;
  }, [first, rows]);

  // A notice that scrolled out of view, or came far down, would go unseen.
  const visible = virtual.getVirtualItems();
  const noticeAt = rows.findIndex((row) => row.kind === 'dropped');
  const notice = noticeAt > (visible.at(-1)?.index ?? 0) ? rows[noticeAt] : undefined;

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {notice?.kind === 'dropped' && (
        <div className="h-9.5 shrink-0">
          <DropNotice dropped={notice.dropped} onLoad={onLoad} />
        </div>
      )}
      <div
        ref={scroller}
        className="min-h-0 flex-1 overflow-y-auto [overflow-anchor:none]"
        onScroll={(event) => setAway(event.currentTarget.scrollTop > ROW_HEIGHT * 4)}
      >
        <ul aria-label="Live events" className="relative" style={{ height: virtual.getTotalSize() }}>
          {visible.map(({ index, key, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <li
                key={key}
                className="absolute inset-x-0 top-0"
                style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
              >
                {row.kind === 'event' ? (
                  <EventRow row={row} slug={slug} />
                ) : (
                  <DropNotice dropped={row.dropped} onLoad={onLoad} />
                )}
              </li>
            );
          })}
        </ul>
      </div>
      {away && (
        <Button
          size="sm"
          className="absolute top-3 left-1/2 -translate-x-1/2 rounded-full shadow-pop"
          onClick={() => scroller.current?.scrollTo({ top: 0 })}
        >
          <ArrowUp size={14} aria-hidden="true" />
          Newest
        </Button>
      )}
    </div>
  );
}

const EventRow = memo(function EventRow({
  row: { event, isNew },
  slug,
}: {
  row: Extract<LiveRow, { kind: 'event' }>;
  slug: string;
}) {
  return (
    <Link
      to="/projects/$slug/issues/$issueId"
      params={{ slug, issueId: event.issueId }}
      search={{ event: event.id }}
      className={classNames(
        'flex h-full items-center gap-3 border-b border-line px-3 hover:bg-hover focus-visible:-outline-offset-2 sm:px-5',
        isNew && 'animate-enter',
      )}
      preload={false}
    >
      <time
        dateTime={new Date(event.at).toISOString()}
        title={absoluteTime(event.at)}
        className="shrink-0 font-mono text-[0.76rem] text-faint tabular-nums"
      >
        {clockTime(event.at)}
      </time>
      <span className="flex w-4 shrink-0 items-center gap-1.5 text-sm sm:w-18">
        <LevelMark level={event.level} />
        <span className="hidden text-muted sm:inline" aria-hidden="true">
          {event.level}
        </span>
      </span>
      <span className="min-w-0 flex-1 truncate">
        <span className="font-medium">{event.title}</span>
        {event.culprit !== null && event.culprit !== '' && (
          <span className="ml-1.5 hidden font-mono text-[0.76rem] text-faint md:inline">
            {' '}
            {event.culprit}
          </span>
        )}
      </span>
      <span className="hidden w-24 shrink-0 truncate text-right sm:block">
        {event.environment !== null && (
          <span className="rounded bg-line px-1.5 py-0.5 text-xs text-muted">{event.environment}</span>
        )}
      </span>
      <span className="hidden w-36 shrink-0 truncate text-right text-sm text-faint lg:block">
        {event.user ?? ''}
      </span>
    </Link>
  );
});

const REASONS: Record<LeftOut['reason'], string> = {
  slow: 'because this page was slow',
  rate: 'because they came too fast for this page',
  paused: 'while the stream was paused',
  too_large: 'because they were too large',
  replay_limit: 'because this page was away for too long',
  cursor_expired: 'because the log does not go back so far',
  epoch_changed: 'because the log of the server began anew',
};

function DropNotice({ dropped, onLoad }: { dropped: LeftOut; onLoad: Props['onLoad'] }) {
  const [loading, setLoading] = useState(false);
  const load = () => {
    setLoading(true);
    onLoad(dropped)
      .catch((error: unknown) =>
        showToast({
          title: 'The dropped events could not be loaded',
          description: error instanceof ApiError ? error.message : '',
          kind: 'error',
        }),
      )
      .finally(() => setLoading(false));
  };
  const { count, from, to, reason } = dropped;
  const amount =
    count === null
      ? 'Events were'
      : `${count.toLocaleString('en')} ${count === 1 ? 'event was' : 'events were'}`;
  return (
    <div
      role="note"
      className="flex h-full items-center gap-2.5 border-b border-line bg-warning/10 px-3 text-sm sm:px-5"
    >
      <TriangleAlert size={14} className="shrink-0 text-warning" aria-hidden="true" />
      <span className="min-w-0 truncate">
        {amount} dropped {REASONS[dropped.reason]}:{' '}
        <span className="tabular-nums">
          {from}–{to}
        </span>
      </span>
      {/* Another log's numbers mean nothing in this one. */}
      {reason !== 'epoch_changed' && (
        <Button size="sm" className="ml-auto h-6" disabled={loading} onClick={load}>
          {loading ? 'Loading…' : 'Load them'}
        </Button>
      )}
    </div>
  );
}

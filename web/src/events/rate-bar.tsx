/** What happens each second, exactly as the server counted it: in all, of this filter, on this page; by level. */
import { LEVELS } from '../../../src/event.ts';
import type { RatesMessage } from '../../../src/protocol/down.ts';
import { LevelMark } from '../ui/level.tsx';

const LOUDEST_FIRST = LEVELS.toReversed();

/** null: nothing is known at the moment, which is not zero. */
export function RateBar({ rates }: { rates: RatesMessage | null }) {
  return (
    <div
      role="group"
      aria-label="Events a second"
      className="flex h-8 shrink-0 items-center gap-x-4 overflow-x-auto border-b border-line px-3 text-sm whitespace-nowrap text-muted sm:px-5"
    >
      <Figure value={rates?.total} word="events/s" title="Events of the project in the last second" />
      <Figure value={rates?.matched} word="match" title="Of these, events that match the filter" />
      <Figure value={rates?.sent} word="sent" title="Events sent to this page in the last second" />
      <span className="ml-auto flex items-center gap-3">
        {rates !== null &&
          LOUDEST_FIRST.map((level) => {
            const count = rates.by_level[level] ?? 0;
            return (
              count > 0 && (
                <span
                  key={level}
                  title={`${level}, a second`}
                  className="flex items-center gap-1.5 tabular-nums"
                >
                  <LevelMark level={level} />
                  {count.toLocaleString('en')}
                </span>
              )
            );
          })}
      </span>
    </div>
  );
}

function Figure({ value, word, title }: { value: number | undefined; word: string; title: string }) {
  return (
    <span title={title}>
      <span className="inline-block min-w-[3ch] text-right font-semibold text-text tabular-nums">
        {value?.toLocaleString('en') ?? '–'}
      </span>{' '}
      {word}
    </span>
  );
}

/** What happened before, as a timeline: newest first, folded to the last ten, filtered by level and words. */
import { useDeferredValue, useMemo, useState } from 'react';
import type { Breadcrumb } from '../../../src/event.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { absoluteTime, clockTime } from '../ui/relative-time.ts';
import { Segments } from '../ui/segments.tsx';
import { Select } from '../ui/select.tsx';
import { beforeWords } from './before-words.ts';
import { JsonValue } from './json-value.tsx';
import { Section } from './section.tsx';

const SHOWN = 10;
const ANY = 'any';
const TEXT: Record<string, string> = { fatal: 'text-fatal', error: 'text-error', warning: 'text-warning' };
const DOT: Record<string, string> = { fatal: 'bg-fatal', error: 'bg-error', warning: 'bg-warning' };

type Clock = 'before' | 'clock';
const CLOCKS = [
  { value: 'before', label: 'Before' },
  { value: 'clock', label: 'Clock' },
] as const;

/** `at`: epoch ms of the event, which times before it are counted from. */
export function Breadcrumbs({ crumbs, at }: { crumbs: readonly Breadcrumb[]; at: number }) {
  const [all, setAll] = useState(false);
  const [clock, setClock] = useState<Clock>('before');
  const [level, setLevel] = useState(ANY);
  const [words, setWords] = useState('');
  const wanted = useDeferredValue(words).trim().toLowerCase();
  const levels = useMemo(() => [...new Set(crumbs.map(levelOf))], [crumbs]);
  const matching = useMemo(
    () =>
      crumbs
        .toReversed()
        .filter((crumb) => level === ANY || levelOf(crumb) === level)
        .filter((crumb) => wanted === '' || JSON.stringify(crumb).toLowerCase().includes(wanted)),
    [crumbs, level, wanted],
  );
  const shown = all ? matching : matching.slice(0, SHOWN);
  return (
    <Section
      title="Breadcrumbs"
      note={matching.length === crumbs.length ? crumbs.length : `${matching.length} of ${crumbs.length}`}
      actions={
        <>
          <input
            type="search"
            aria-label="Filter breadcrumbs"
            placeholder="Filter"
            value={words}
            spellCheck={false}
            onChange={({ target }) => setWords(target.value)}
            className="h-7.5 w-28 rounded-md border border-line bg-panel px-2.5 text-sm placeholder:text-faint hover:border-line-strong focus-visible:border-accent focus-visible:outline-none sm:w-36"
          />
          {levels.length > 1 && (
            <Select
              label="Level"
              value={level}
              options={[ANY, ...levels].map((value) => ({ value, label: value }))}
              onChange={setLevel}
            />
          )}
          <Segments label="Times" value={clock} options={CLOCKS} onChange={setClock} />
        </>
      }
    >
      {shown.length === 0 ? (
        <p className="text-muted">No breadcrumb matches.</p>
      ) : (
        <ol aria-label="Breadcrumbs" className="overflow-hidden rounded-lg border border-line">
          {shown.map((crumb, index) => (
            <Crumb key={index} crumb={crumb} at={at} clock={clock} />
          ))}
        </ol>
      )}
      {matching.length > SHOWN && (
        <Button size="sm" className="mt-2.5" onClick={() => setAll(!all)}>
          {all ? `Last ${SHOWN}` : `Show all ${matching.length}`}
        </Button>
      )}
    </Section>
  );
}

function levelOf({ level }: Breadcrumb): string {
  return level ?? 'info';
}

function Crumb({ crumb, at, clock }: { crumb: Breadcrumb; at: number; clock: Clock }) {
  const level = levelOf(crumb);
  const { timestamp, message, data } = crumb;
  return (
    <li className="relative grid grid-cols-[1fr_auto] items-baseline gap-x-3 gap-y-0.5 border-b border-line py-1.75 pr-3 pl-8 last:border-b-0 sm:grid-cols-[7rem_1fr_auto]">
      <span aria-hidden="true" className="absolute inset-y-0 left-[0.95rem] w-px bg-line-strong" />
      <span
        aria-hidden="true"
        className={classNames(
          'absolute top-[0.83rem] left-[0.75rem] size-2 rounded-full ring-3 ring-bg',
          DOT[level] ?? 'bg-line-strong',
        )}
      />
      <span className="min-w-0 truncate font-mono text-[0.78rem] leading-5 text-muted">
        {crumb.category ?? crumb.type ?? 'default'}
      </span>
      <div className="order-3 col-span-2 min-w-0 sm:order-none sm:col-span-1">
        {message !== undefined && (
          <span className={classNames('break-words whitespace-pre-wrap', TEXT[level])}>
            {level !== 'info' && <span className="mr-2 text-xs font-semibold">{level}</span>}
            {message}
          </span>
        )}
        {data !== undefined && Object.keys(data).length > 0 && (
          <div className="text-muted">
            <JsonValue value={data} />
          </div>
        )}
      </div>
      {timestamp !== undefined && (
        <time
          dateTime={new Date(timestamp).toISOString()}
          title={absoluteTime(timestamp)}
          className="text-right font-mono text-[0.78rem] leading-5 text-faint tabular-nums"
        >
          {clock === 'clock' ? clockTime(timestamp) : beforeWords(at - timestamp)}
        </time>
      )}
    </li>
  );
}

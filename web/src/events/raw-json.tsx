/** The event as it is stored: to search, to copy, to download. */
import { ChevronDown, ChevronUp, Download } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { SentryEvent } from '../../../src/event.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Section } from './section.tsx';

/** More marks than this would be slow to paint, and nobody steps through them. */
const MAX_FOUND = 1000;

export function RawJson({ event }: { event: SentryEvent }) {
  const [open, setOpen] = useState(false);
  const download = () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(event, null, 2)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${event.event_id}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  return (
    <Section
      title="Raw JSON"
      actions={
        <>
          <CopyButton
            text={() => JSON.stringify(event, null, 2)}
            label="Copy JSON"
            showLabel
            kind="secondary"
          />
          <Button size="sm" onClick={download}>
            <Download size={14} aria-hidden="true" />
            Download
          </Button>
          <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide JSON' : 'Show JSON'}
          </Button>
        </>
      }
    >
      {open && <SearchedJson event={event} />}
    </Section>
  );
}

function SearchedJson({ event }: { event: SentryEvent }) {
  const text = useMemo(() => JSON.stringify(event, null, 2), [event]);
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const found = useMemo(() => placesOf(text, wanted), [text, wanted]);
  const current = found.length === 0 ? 0 : at % found.length;
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    // Newer browsers give a promise back, which is no clean-up.
    mark.current?.scrollIntoView({ block: 'nearest' });
  }, [current, found]);
  const step = (by: number) => {
    if (found.length > 0) setAt((current + by + found.length) % found.length);
  };
  const count = found.length === MAX_FOUND ? `${MAX_FOUND}+` : found.length;
  return (
    <>
      <div className="mb-2 flex items-center gap-1.5">
        <input
          type="search"
          aria-label="Search the JSON"
          placeholder="Search"
          value={wanted}
          spellCheck={false}
          onChange={({ target }) => {
            setWanted(target.value);
            setAt(0);
          }}
          onKeyDown={({ key, shiftKey }) => {
            if (key === 'Enter') step(shiftKey ? -1 : 1);
          }}
          className="h-7.5 w-56 rounded-md border border-line bg-panel px-2.5 text-sm placeholder:text-faint hover:border-line-strong focus-visible:border-accent focus-visible:outline-none"
        />
        <Button kind="ghost" size="icon" aria-label="Previous" onClick={() => step(-1)}>
          <ChevronUp size={14} aria-hidden="true" />
        </Button>
        <Button kind="ghost" size="icon" aria-label="Next" onClick={() => step(1)}>
          <ChevronDown size={14} aria-hidden="true" />
        </Button>
        <span role="status" className="text-sm text-muted tabular-nums">
          {wanted !== '' && (found.length === 0 ? 'Not found' : `${current + 1} of ${count}`)}
        </span>
      </div>
      {/* Scrolls, so the keyboard must reach it. */}
      <pre
        aria-label="Event JSON"
        role="region"
        tabIndex={0}
        className="max-h-150 overflow-auto rounded-lg border border-line bg-sunken p-3 font-mono text-[0.78rem] leading-5"
      >
        {found.map((place, index) => (
          <span key={place}>
            {text.slice(index === 0 ? 0 : (found[index - 1] ?? 0) + wanted.length, place)}
            <mark
              ref={index === current ? mark : null}
              className={classNames(
                'rounded-sm',
                index === current ? 'bg-accent-solid text-on-accent' : 'bg-warning/30 text-text',
              )}
            >
              {text.slice(place, place + wanted.length)}
            </mark>
          </span>
        ))}
        {text.slice(found.length === 0 ? 0 : (found.at(-1) ?? 0) + wanted.length)}
      </pre>
    </>
  );
}

/** Case does not count. Lower case of a few letters is longer: then only what is written so is found. */
function placesOf(text: string, wanted: string): number[] {
  if (wanted === '') return [];
  const lower = text.toLowerCase();
  const [where, what] = lower.length === text.length ? [lower, wanted.toLowerCase()] : [text, wanted];
  const places: number[] = [];
  let at = what.length === wanted.length ? where.indexOf(what) : -1;
  while (at >= 0 && places.length < MAX_FOUND) {
    places.push(at);
    at = where.indexOf(what, at + what.length);
  }
  return places;
}

/** One frame: where, its source lines with the current one marked, its variables. */
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Frame } from '../../../src/event.ts';
import { classNames } from '../ui/class-names.ts';
import { sourceLines } from './frame-order.ts';
import { JsonValue } from './json-value.tsx';

export function StackFrame({ frame, opened }: { frame: Frame; opened: boolean }) {
  const [open, setOpen] = useState(opened);
  const lines = sourceLines(frame);
  const vars = Object.entries(frame.vars ?? {});
  const expandable = lines.length > 0 || vars.length > 0;
  const file = frame.filename ?? frame.module ?? frame.abs_path ?? frame.package ?? '(unknown file)';
  const position = [frame.lineno, frame.colno].filter((part) => part !== undefined).join(':');
  return (
    <li className="border-b border-line last:border-b-0">
      <button
        type="button"
        aria-expanded={expandable ? open : undefined}
        disabled={!expandable}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center gap-2 px-3 py-1.75 text-left hover:bg-hover disabled:hover:bg-transparent"
      >
        <ChevronRight
          size={14}
          aria-hidden="true"
          className={classNames(
            'shrink-0 text-faint transition-transform',
            open && 'rotate-90',
            !expandable && 'invisible',
          )}
        />
        <span
          className={classNames(
            'min-w-0 flex-1 font-mono text-[0.78rem] leading-5 break-all',
            !frame.in_app && 'text-muted',
          )}
          title={frame.abs_path}
        >
          <span className={classNames(frame.in_app && 'font-semibold')}>{file}</span>
          {position !== '' && <span className="text-faint">:{position}</span>}
          {frame.function !== undefined && (
            <>
              <span className="text-faint"> in </span>
              <span className={classNames(frame.in_app && 'text-accent')}>{frame.function}</span>
            </>
          )}
        </span>
        {frame.in_app && (
          <span className="shrink-0 rounded bg-accent/12 px-1.5 text-xs font-medium text-accent">in app</span>
        )}
      </button>
      {open && lines.length > 0 && (
        <div
          className="overflow-x-auto border-t border-line bg-sunken py-1.5"
          role="group"
          aria-label="Source"
        >
          <ol className="w-max min-w-full font-mono text-[0.78rem] leading-[1.55]">
            {lines.map((line, index) => (
              <li
                key={index}
                aria-current={line.current ? 'true' : undefined}
                className={classNames('flex', line.current && 'bg-error/14 font-medium')}
              >
                <span
                  className={classNames(
                    'w-14 shrink-0 border-r-2 pr-3 text-right tabular-nums select-none',
                    line.current ? 'border-error text-text' : 'border-transparent text-faint',
                  )}
                >
                  {line.number}
                </span>
                <code className="pr-6 pl-3 whitespace-pre">{line.text || ' '}</code>
              </li>
            ))}
          </ol>
        </div>
      )}
      {open && vars.length > 0 && (
        <div className="border-t border-line px-3 py-2 sm:pl-9">
          <div className="mb-1 text-xs font-medium text-faint">Variables</div>
          <dl className="grid grid-cols-[minmax(4rem,auto)_1fr] items-baseline gap-x-4 gap-y-1">
            {vars.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="font-mono text-[0.78rem] text-muted">{name}</dt>
                <dd className="min-w-0">
                  <JsonValue value={value} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </li>
  );
}

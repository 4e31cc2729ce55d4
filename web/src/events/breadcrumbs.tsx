/** What happened before: newest first, folded to the last ten. */
import { useState } from 'react';
import type { Breadcrumb } from '../../../src/event.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { absoluteTime, clockTime } from '../ui/relative-time.ts';
import { JsonValue } from './json-value.tsx';
import { Section } from './section.tsx';

const SHOWN = 10;
const LEVEL_COLOR: Record<string, string> = {
  fatal: 'text-fatal',
  error: 'text-error',
  warning: 'text-warning',
};

export function Breadcrumbs({ crumbs }: { crumbs: readonly Breadcrumb[] }) {
  const [all, setAll] = useState(false);
  const newestFirst = crumbs.toReversed();
  const shown = all ? newestFirst : newestFirst.slice(0, SHOWN);
  return (
    <Section
      title="Breadcrumbs"
      note={crumbs.length}
      actions={
        crumbs.length > SHOWN && (
          <Button size="sm" onClick={() => setAll(!all)}>
            {all ? `Last ${SHOWN}` : `Show all ${crumbs.length}`}
          </Button>
        )
      }
    >
      <ol aria-label="Breadcrumbs" className="overflow-hidden rounded-lg border border-line">
        {shown.map((crumb, index) => (
          <li
            key={index}
            className="grid grid-cols-[auto_1fr] items-baseline gap-x-3 gap-y-0.5 border-b border-line px-3 py-1.75 last:border-b-0 sm:grid-cols-[7rem_1fr_auto]"
          >
            <span className="font-mono text-[0.78rem] leading-5 text-muted">
              {crumb.category ?? crumb.type ?? 'default'}
            </span>
            <div className="order-3 col-span-2 min-w-0 sm:order-none sm:col-span-1">
              {crumb.message !== undefined && (
                <span
                  className={classNames('break-words whitespace-pre-wrap', LEVEL_COLOR[crumb.level ?? ''])}
                >
                  {crumb.level !== undefined && crumb.level !== 'info' && (
                    <span className="mr-2 text-xs font-semibold">{crumb.level}</span>
                  )}
                  {crumb.message}
                </span>
              )}
              {crumb.data !== undefined && Object.keys(crumb.data).length > 0 && (
                <div className="text-muted">
                  <JsonValue value={crumb.data} />
                </div>
              )}
            </div>
            {crumb.timestamp !== undefined && (
              <time
                dateTime={new Date(crumb.timestamp).toISOString()}
                title={absoluteTime(crumb.timestamp)}
                className="text-right font-mono text-[0.78rem] leading-5 text-faint"
              >
                {clockTime(crumb.timestamp)}
              </time>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

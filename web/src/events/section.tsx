/** A titled block of the event view, and the two-column table most of them hold. */
import { useId, type ReactNode } from 'react';
import type { Json } from '../../../src/event.ts';
import { JsonValue } from './json-value.tsx';

interface Props {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Section({ title, note, actions, children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-b border-line px-3 py-5 sm:px-5">
      <div className="mb-3 flex min-h-7 flex-wrap items-center gap-x-2.5 gap-y-2">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {note !== undefined && <span className="text-sm text-faint">{note}</span>}
        <div className="ml-auto flex items-center gap-1.5">{actions}</div>
      </div>
      {children}
    </section>
  );
}

export function KeyValues({ rows }: { rows: readonly (readonly [string, Json | undefined])[] }) {
  return (
    <dl className="overflow-hidden rounded-lg border border-line">
      {rows.map(([name, value], index) =>
        value === undefined ? null : (
          <div
            key={`${index}:${name}`}
            className="grid grid-cols-[minmax(6rem,28%)_1fr] items-baseline gap-4 border-b border-line px-3 py-1.5 last:border-b-0 odd:bg-sunken/50"
          >
            <dt className="min-w-0 text-sm break-words text-muted">{name}</dt>
            <dd className="min-w-0">
              <JsonValue value={value} />
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

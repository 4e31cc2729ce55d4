/** A framed part of the overview with a heading. */
import type { ReactNode } from 'react';

export function Panel({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="overflow-hidden rounded-xl border border-line">
      <div className="flex items-baseline justify-between gap-3 border-b border-line px-4 py-2.5">
        <h2 className="font-semibold">{title}</h2>
        {note !== undefined && <span className="text-sm text-faint">{note}</span>}
      </div>
      {children}
    </section>
  );
}

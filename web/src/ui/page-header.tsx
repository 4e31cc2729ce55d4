/** The one line on top of a page: title, a note, actions on the right. */
import type { ReactNode } from 'react';

interface Props {
  title: string;
  note?: ReactNode;
  children?: ReactNode;
}

export function PageHeader({ title, note, children }: Props) {
  return (
    <div className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-3 sm:px-5">
      <h1 className="text-[0.95rem] font-semibold">{title}</h1>
      {note !== undefined && <span className="truncate text-sm text-muted tabular-nums">{note}</span>}
      <div className="ml-auto flex items-center gap-2">{children}</div>
    </div>
  );
}

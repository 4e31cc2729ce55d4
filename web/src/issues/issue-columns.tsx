/** Names of the columns, with the widths of `IssueRow`, and a tick for all rows. */
import { useEffect, useRef } from 'react';

interface Props {
  beside: boolean;
  checked: boolean | 'some';
  onCheck: () => void;
}

export function IssueColumns({ beside, checked, onCheck }: Props) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = checked === 'some';
  }, [checked]);
  return (
    <div className="hidden h-7 shrink-0 items-center gap-3 border-b border-line bg-sunken/50 pr-5 pl-4 text-xs text-faint sm:flex">
      <label className="flex size-6 shrink-0 items-center justify-center">
        <input
          ref={box}
          type="checkbox"
          aria-label="Select all that are loaded"
          checked={checked === true}
          onChange={onCheck}
          className="checkbox"
        />
      </label>
      <span aria-hidden="true" className="flex-1 pl-6">
        Issue
      </span>
      {!beside && (
        <span aria-hidden="true" className="contents">
          <span className="hidden w-30 lg:block">Last 24 hours</span>
          <span className="w-16 text-right">Events</span>
          <span className="hidden w-14 text-right md:block">Users</span>
          <span className="w-24 text-right">Seen · first</span>
        </span>
      )}
    </div>
  );
}

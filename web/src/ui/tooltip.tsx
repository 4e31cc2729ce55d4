/** A word of explanation while the pointer or the focus is on something; Escape takes it away. Styles only, no script. */
import { useId, useState, type ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface Props {
  text: ReactNode;
  side?: 'top' | 'bottom';
  align?: 'start' | 'end';
  className?: string;
  /** Gets the id that says what describes it. */
  children: (describedBy: string) => ReactNode;
}

export function Tooltip({ text, side = 'bottom', align = 'start', className, children }: Props) {
  const id = useId();
  const [dismissed, setDismissed] = useState(false);
  return (
    <span
      className={classNames('group/tip relative inline-flex', className)}
      onPointerEnter={() => setDismissed(false)}
      onFocus={() => setDismissed(false)}
      onKeyDown={(event) => event.key === 'Escape' && setDismissed(true)}
    >
      {children(id)}
      <span
        id={id}
        role="tooltip"
        className={classNames(
          'pointer-events-none invisible absolute z-50 w-max max-w-64 rounded-md bg-raised px-2.5 py-1.5 text-sm text-muted opacity-0 shadow-pop transition-opacity delay-150',
          side === 'top' ? 'bottom-full mb-2' : 'top-full mt-2',
          align === 'start' ? 'left-0' : 'right-0',
          !dismissed &&
            'group-focus-within/tip:visible group-focus-within/tip:opacity-100 group-hover/tip:visible group-hover/tip:opacity-100',
        )}
      >
        {text}
      </span>
    </span>
  );
}

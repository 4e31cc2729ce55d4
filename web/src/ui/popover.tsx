/** A panel on a button. Loads when it is first wanted (`OpenedOnce`). */
import { Popover as Base } from '@base-ui/react/popover';
import { useState, type ReactNode } from 'react';

interface Props {
  label: string;
  trigger: ReactNode;
  triggerClassName: string;
  className: string;
  children: (close: () => void) => ReactNode;
}

export function OpenedPopover({ label, trigger, triggerClassName, className, children }: Props) {
  const [open, setOpen] = useState(true);
  return (
    <Base.Root open={open} onOpenChange={setOpen}>
      <Base.Trigger aria-label={label} className={triggerClassName}>
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner align="start" sideOffset={6} className="z-50 outline-none">
          <Base.Popup
            aria-label={label}
            className={`flex animate-pop flex-col rounded-lg bg-raised shadow-pop outline-none ${className}`}
          >
            {children(() => setOpen(false))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

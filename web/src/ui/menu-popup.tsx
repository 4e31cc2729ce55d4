/** What opens on the button of a menu (menu.tsx): the part that loads when it is first wanted. */
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface MenuProps {
  label: string;
  trigger: ReactNode;
  triggerClassName: string;
  align?: 'start' | 'end';
  side?: 'bottom' | 'top';
  children: ReactNode;
}

export function MenuPopup({
  label,
  trigger,
  triggerClassName,
  align = 'start',
  side = 'bottom',
  children,
}: MenuProps) {
  return (
    <Base.Root modal={false} defaultOpen>
      <Base.Trigger aria-label={label} className={triggerClassName}>
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={6} className="z-50 outline-none">
          <Base.Popup className="max-h-[min(70vh,28rem)] min-w-48 animate-pop overflow-y-auto rounded-lg bg-raised p-1 shadow-pop outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface ItemProps {
  onSelect: () => void;
  danger?: boolean;
  children: ReactNode;
}

export function MenuItem({ onSelect, danger = false, children }: ItemProps) {
  return (
    <Base.Item
      onClick={onSelect}
      className={classNames(
        'flex items-center gap-2.5 rounded-md px-2.5 py-1.5 outline-none select-none data-highlighted:bg-hover',
        danger ? 'text-error' : 'text-text',
      )}
    >
      {children}
    </Base.Item>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}

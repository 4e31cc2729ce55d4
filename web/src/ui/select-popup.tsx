/** What opens on the button of a choice (select.tsx): the part that loads when it is first wanted. */
import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  trigger: ReactNode;
  triggerClassName: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

export function SelectPopup({ trigger, triggerClassName, value, options, onChange }: Props) {
  return (
    <Base.Root modal={false} defaultOpen>
      <Base.Trigger className={triggerClassName}>{trigger}</Base.Trigger>
      <Base.Portal>
        <Base.Positioner align="start" sideOffset={6} className="z-50 outline-none">
          <Base.Popup className="min-w-[max(var(--anchor-width),9rem)] animate-pop rounded-lg bg-raised p-1 shadow-pop outline-none">
            <Base.RadioGroup value={value} onValueChange={onChange}>
              {options.map((option) => (
                <Base.RadioItem
                  key={option.value}
                  value={option.value}
                  closeOnClick
                  className="flex items-center justify-between gap-6 rounded-md px-2.5 py-1.5 outline-none select-none data-highlighted:bg-hover"
                >
                  {option.label}
                  <Base.RadioItemIndicator>
                    <Check size={14} className="text-accent" aria-hidden="true" />
                  </Base.RadioItemIndicator>
                </Base.RadioItem>
              ))}
            </Base.RadioGroup>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

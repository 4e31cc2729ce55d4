/** A compact choice of one value: a button that says what is chosen, and a menu of radio items. */
import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronDown } from 'lucide-react';

export interface SelectOption<T extends string> {
  value: T;
  label: string;
}

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly SelectOption<T>[];
  onChange: (value: T) => void;
}

export function Select<T extends string>({ label, value, options, onChange }: Props<T>) {
  const shown = options.find((option) => option.value === value)?.label ?? value;
  return (
    <Base.Root modal={false}>
      <Base.Trigger
        aria-label={`${label}: ${shown}`}
        className="inline-flex h-7.5 shrink-0 items-center gap-1.5 rounded-md border border-line bg-panel px-2.5 text-sm whitespace-nowrap hover:border-line-strong data-popup-open:border-line-strong"
      >
        <span className="text-faint">{label}</span>
        <span className="font-medium">{shown}</span>
        <ChevronDown size={13} className="text-faint" aria-hidden="true" />
      </Base.Trigger>
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

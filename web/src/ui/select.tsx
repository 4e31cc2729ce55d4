/** A compact select with a fixed accessible name. */
import { Select as Base } from '@base-ui/react/select';
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
    <Base.Root
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <Base.Trigger
        aria-label={`${label}: ${shown}`}
        className="inline-flex h-7.5 items-center gap-1.5 rounded-md border border-line bg-panel px-2.5 text-sm whitespace-nowrap hover:border-line-strong data-popup-open:border-line-strong"
      >
        <span className="text-faint">{label}</span>
        <span className="font-medium">{shown}</span>
        <ChevronDown size={13} className="text-faint" aria-hidden="true" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={6} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className="max-h-80 min-w-[var(--anchor-width)] animate-pop overflow-y-auto rounded-lg bg-raised p-1 shadow-pop outline-none">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                className="flex items-center justify-between gap-6 rounded-md px-2.5 py-1.5 outline-none select-none data-highlighted:bg-hover"
              >
                <Base.ItemText>{option.label}</Base.ItemText>
                <Base.ItemIndicator>
                  <Check size={14} className="text-accent" aria-hidden="true" />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

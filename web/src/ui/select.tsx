/** A compact choice of one value: a button that says what is chosen, and a menu of radio items. */
import { ChevronDown } from 'lucide-react';
import { lazy } from 'react';
import { OpenedOnce } from './opened-once.tsx';

export interface SelectOption<T extends string> {
  value: T;
  label: string;
}

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly SelectOption<T>[];
  onChange: (value: T) => void;
  /** `md`: as high as a button. */
  size?: 'sm' | 'md';
}

const LOOKS = {
  sm: 'h-7.5 border-line px-2.5 text-sm hover:border-line-strong data-popup-open:border-line-strong',
  md: 'h-8.5 border-line-strong px-3 text-base hover:bg-hover data-popup-open:bg-hover',
};

const load = () => import('./select-popup.tsx');
const SelectPopup = lazy(async () => ({ default: (await load()).SelectPopup }));

export function Select<T extends string>({ label, value, options, onChange, size = 'sm' }: Props<T>) {
  const shown = options.find((option) => option.value === value)?.label ?? value;
  const button = {
    trigger: (
      <>
        <span className="text-faint">{label}:</span> <span className="font-medium">{shown}</span>
        <ChevronDown size={13} className="text-faint" aria-hidden="true" />
      </>
    ),
    triggerClassName: `inline-flex shrink-0 items-center gap-1.5 rounded-md border bg-panel whitespace-nowrap ${LOOKS[size]}`,
  };
  return (
    <OpenedOnce {...button} load={load}>
      <SelectPopup
        {...button}
        value={value}
        options={options}
        onChange={(chosen) => {
          const option = options.find((one) => one.value === chosen);
          if (option !== undefined) onChange(option.value);
        }}
      />
    </OpenedOnce>
  );
}

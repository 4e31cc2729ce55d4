/** One of a few, side by side. */

interface Props<T extends string> {
  label: string;
  /** null: none of them. */
  value: T | null;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function Segments<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <div role="group" aria-label={label} className="flex rounded-md border border-line bg-sunken/60 p-0.5">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="h-6.5 rounded px-2 text-sm font-medium whitespace-nowrap text-muted hover:text-text aria-pressed:bg-panel aria-pressed:text-text aria-pressed:shadow-[0_0_0_1px_var(--line)] sm:px-2.5"
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

/** A text input that reports when typing has paused; Escape gives the focus back to the page. */
import { Search } from 'lucide-react';
import { useEffect, useState, type Ref } from 'react';

/** Typing pauses this long before it is reported. */
const SETTLE_MS = 250;

interface SettledProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  inputRef?: Ref<HTMLInputElement>;
  className: string;
  icon?: boolean;
}

export function SettledInput({
  label,
  placeholder,
  value,
  onChange,
  inputRef,
  className,
  icon = false,
}: SettledProps) {
  const [text, setText] = useState(value);
  const [shownFor, setShownFor] = useState(value);
  if (value !== shownFor) {
    setShownFor(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <div className={`relative ${className}`}>
      {icon && (
        <Search
          size={14}
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint"
        />
      )}
      <input
        ref={inputRef}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key === 'Enter') onChange(text.trim());
        }}
        className={`h-7.5 w-full rounded-md border border-line bg-panel pr-2.5 text-sm placeholder:text-faint hover:border-line-strong focus-visible:border-accent focus-visible:outline-none ${icon ? 'pl-8' : 'pl-2.5'}`}
      />
    </div>
  );
}

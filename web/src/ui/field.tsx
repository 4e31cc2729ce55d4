/** A labelled input with its hint and error. */
import { useId, type InputHTMLAttributes, type ReactNode } from 'react';
import { classNames } from './class-names.ts';

export const INPUT =
  'h-9 w-full rounded-md border border-line-strong bg-panel px-3 placeholder:text-faint focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0';

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: ReactNode;
  error?: string | null;
}

export function Field({ label, hint, error, className, ...rest }: Props) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        className={classNames(INPUT, error && 'border-error')}
        aria-invalid={Boolean(error)}
        aria-describedby={note ? `${id}-note` : undefined}
        {...rest}
      />
      {note && (
        <p id={`${id}-note`} className={classNames('mt-1.5 text-sm', error ? 'text-error' : 'text-faint')}>
          {note}
        </p>
      )}
    </div>
  );
}

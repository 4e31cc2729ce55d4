/** A labelled text of several lines, for rules and lists, with its hint and error. */
import { useId, type ReactNode, type TextareaHTMLAttributes } from 'react';
import { classNames } from './class-names.ts';

interface Props extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  label: string;
  hint?: ReactNode;
  error?: string | null;
}

export function TextArea({ label, hint, error, ...rest }: Props) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={4}
        spellCheck={false}
        aria-invalid={Boolean(error)}
        aria-describedby={note ? `${id}-note` : undefined}
        className={classNames(
          'w-full rounded-md border bg-panel px-3 py-2 font-mono text-[0.78rem] leading-5 placeholder:text-faint focus-visible:border-accent',
          error ? 'border-error' : 'border-line-strong',
        )}
        {...rest}
      />
      {note && (
        <p id={`${id}-note`} className={classNames('mt-1 text-sm', error ? 'text-error' : 'text-faint')}>
          {note}
        </p>
      )}
    </div>
  );
}

/** The end of a form: save, discard, and what went wrong that no field says. */
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';

interface Props {
  changed: boolean;
  pending: boolean;
  error: string | null;
  onDiscard: () => void;
  children?: ReactNode;
}

export function SaveBar({ changed, pending, error, onDiscard, children }: Props) {
  return (
    <div className="space-y-2">
      {error !== null && (
        <p role="alert" className="text-sm text-error">
          {error}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" kind="primary" disabled={!changed || pending}>
          {pending ? 'Saving…' : 'Save'}
        </Button>
        {changed && (
          <Button kind="ghost" onClick={onDiscard}>
            Discard changes
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}

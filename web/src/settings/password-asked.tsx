/** The password once more, before something that whoever finds an open browser may not do. */
import type { UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';

interface Props {
  submit: string;
  action: Pick<UseMutationResult<unknown, Error, string>, 'mutate' | 'error' | 'isPending' | 'reset'>;
  onCancel: () => void;
}

export function PasswordAsked({ submit, action, onCancel }: Props) {
  const [password, setPassword] = useState('');
  return (
    <form
      className="max-w-sm space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        action.mutate(password);
      }}
    >
      <Field
        label="Your password"
        type="password"
        autoComplete="current-password"
        autoFocus
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={action.error?.message ?? null}
      />
      <div className="flex gap-2">
        <Button type="submit" kind="primary" disabled={action.isPending || password === ''}>
          {submit}
        </Button>
        <Button
          kind="ghost"
          onClick={() => {
            action.reset();
            onCancel();
          }}
        >
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** A new password for who knows the old one; other sessions end. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { sessionsQuery } from '../app/settings-queries.ts';
import { NewPasswordField } from '../auth/new-password-field.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { showToast } from '../ui/toast-store.ts';
import { fieldError, formError } from './field-error.ts';
import { Card } from './settings-frame.tsx';

const FIELDS = ['current_password', 'new_password'];

export function PasswordCard() {
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => api.changePassword({ current_password: current, new_password: next }),
    onSuccess: async () => {
      setCurrent('');
      setNext('');
      showToast({ title: 'Password changed', description: 'Your other sessions have ended.' });
      await client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  const problem = formError(change.error, FIELDS);
  return (
    <Card title="Password" lead="Changing it ends your other sessions.">
      <form
        className="max-w-sm space-y-4 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Field
          label="Current password"
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          error={fieldError(change.error, 'current_password')}
        />
        <NewPasswordField
          label="New password"
          value={next}
          onChange={setNext}
          error={fieldError(change.error, 'new_password')}
        />
        {problem !== null && (
          <p role="alert" className="text-sm text-error">
            {problem}
          </p>
        )}
        <Button type="submit" kind="primary" disabled={change.isPending || current === '' || next === ''}>
          Change password
        </Button>
      </form>
    </Card>
  );
}

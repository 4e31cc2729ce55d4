/** The secret for an authenticator app, and the first code of it, which turns the second factor on. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { pageLink } from '../live/page-link.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { SecretBox } from './secret-box.tsx';

interface Props {
  uri: string;
  onDone: () => Promise<void>;
  onCancel: () => void;
}

export function TwoFactorSetup({ uri, onDone, onCancel }: Props) {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const [code, setCode] = useState('');
  const verify = useMutation({
    mutationFn: () => api.verifyCode(code.trim()),
    onSuccess: async () => {
      // The session is another one now.
      pageLink.renew();
      await onDone();
    },
  });
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        verify.mutate();
      }}
    >
      <div>
        <p className="mb-2 text-muted">
          1. Enter this secret in your authenticator app, or{' '}
          <a href={uri} className="text-accent underline">
            open it there
          </a>{' '}
          if the app is on this device.
        </p>
        <SecretBox text={secret} label="Copy secret" testId="totp-secret" />
      </div>
      <div>
        <p className="mb-2 text-muted">2. Type the code that the app shows now.</p>
        <Field
          label="Code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="\d{6}"
          title="Six digits"
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
          error={verify.error?.message ?? null}
          className="max-w-40"
        />
      </div>
      <div className="flex gap-2">
        <Button type="submit" kind="primary" disabled={verify.isPending}>
          Turn on
        </Button>
        <Button kind="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

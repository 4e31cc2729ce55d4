/** `/sign-in`: e-mail and password. */
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { api, ApiError } from '../app/api.ts';
import { usePageTitle } from '../app/page-title.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { AuthFrame } from './auth-frame.tsx';

/** Only a path of this server: `//host` and `https://host` would leave it. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}

function reason(error: Error): string {
  if (error instanceof ApiError && (error.status === 401 || error.status === 400)) {
    return 'E-mail and password do not match.';
  }
  return error.message;
}

export function SignInPage() {
  usePageTitle(['Sign in']);
  const { next } = useSearch({ from: '/sign-in' });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.signIn(email.trim(), password),
    onSuccess: () => location.assign(safeNext(next)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <AuthFrame title="Sign in">
      <form onSubmit={submit} className="space-y-4">
        <Field
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {signIn.error !== null && (
          <p role="alert" className="text-sm text-error">
            {reason(signIn.error)}
          </p>
        )}
        <Button
          kind="primary"
          type="submit"
          className="w-full"
          disabled={signIn.isPending || signIn.isSuccess}
        >
          {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </AuthFrame>
  );
}

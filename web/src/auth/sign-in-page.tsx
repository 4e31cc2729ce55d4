/** `/sign-in`: e-mail and password. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { api, ApiError } from '../app/api.ts';
import { usePageTitle } from '../app/page-title.ts';
import { pageLink } from '../live/page-link.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { AuthFrame } from './auth-frame.tsx';
import { safeNext } from './safe-next.ts';

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
  const instance = useQuery({ queryKey: ['instance'], queryFn: api.instance, retry: false });
  const signIn = useMutation({
    mutationFn: () => api.signIn(email.trim(), password),
    onSuccess() {
      pageLink.renew();
      location.assign(safeNext(next, location.origin));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <AuthFrame title="Sign in">
      {instance.data?.setup_required === true && (
        <p role="note" className="mb-5 rounded-lg border border-accent bg-accent/8 px-3 py-2.5 text-sm">
          No account exists yet. Open the set-up link that the server printed when it started.
        </p>
      )}
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
        {instance.data?.sends_mail === true && (
          <Link to="/forgot-password" className="block text-center text-sm text-muted hover:text-text">
            Forgot your password?
          </Link>
        )}
      </form>
    </AuthFrame>
  );
}

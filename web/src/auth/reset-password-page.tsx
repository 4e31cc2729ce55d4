/** `/forgot-password` asks for a link by mail; `/reset-password/:token` is where it leads. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { api, ApiError } from '../app/api.ts';
import { usePageTitle } from '../app/page-title.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Field } from '../ui/field.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { AuthFrame } from './auth-frame.tsx';
import { NewPasswordField } from './new-password-field.tsx';

export function ForgotPasswordPage() {
  usePageTitle(['New password']);
  const [email, setEmail] = useState('');
  const request = useMutation({ mutationFn: () => api.requestPasswordReset(email.trim()) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    request.mutate();
  };
  if (request.isSuccess) {
    return (
      <AuthFrame title="Look at your mail" lead={`If ${email} has an account here, a link is on its way.`}>
        <p className="text-muted">It works once and for an hour.</p>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="New password" lead="A link comes by mail.">
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
        {request.error !== null && (
          <p role="alert" className="text-sm text-error">
            {request.error.message} {request.error instanceof ApiError ? request.error.hint : ''}
          </p>
        )}
        <Button kind="primary" type="submit" className="w-full" disabled={request.isPending}>
          Send link
        </Button>
      </form>
    </AuthFrame>
  );
}

export function ResetPasswordPage() {
  usePageTitle(['New password']);
  const { token } = useParams({ from: '/reset-password/$token' });
  const link = useQuery({
    queryKey: ['password-reset', token],
    queryFn: () => api.passwordReset(token),
    staleTime: Infinity,
  });
  if (link.isPending) {
    return (
      <AuthFrame title="New password">
        <Skeleton className="h-40 w-full" />
      </AuthFrame>
    );
  }
  if (link.isError) {
    return link.error instanceof ApiError && link.error.status === 404 ? (
      <AuthFrame title="This link has expired" lead="Links for a new password work once.">
        <Link to="/forgot-password" className={classNames(buttonClass('primary'), 'w-full')}>
          Ask for another
        </Link>
      </AuthFrame>
    ) : (
      <AuthFrame title="New password">
        <ErrorState error={link.error} onRetry={() => void link.refetch()} />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="New password" lead={link.data.email}>
      <ResetForm token={token} email={link.data.email} />
    </AuthFrame>
  );
}

function ResetForm({ token, email }: { token: string; email: string }) {
  const [password, setPassword] = useState('');
  const reset = useMutation({
    mutationFn: () => api.resetPassword(token, password),
    // Signing in is a step of its own: a second factor may be asked for.
    onSuccess: () => location.assign('/sign-in'),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate();
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <NewPasswordField
        label="New password"
        value={password}
        onChange={setPassword}
        error={reset.error?.message ?? null}
      />
      <Button kind="primary" type="submit" className="w-full" disabled={reset.isPending || reset.isSuccess}>
        Set password
      </Button>
    </form>
  );
}

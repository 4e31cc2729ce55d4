/** `/setup/:token`: the first administrator, once; then signed in and on to the first project. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { api, ApiError } from '../app/api.ts';
import { usePageTitle } from '../app/page-title.ts';
import { pageLink } from '../live/page-link.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Field } from '../ui/field.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { AuthFrame } from './auth-frame.tsx';
import { NewPasswordField } from './new-password-field.tsx';

export function SetupPage() {
  usePageTitle(['Set up']);
  const { token } = useParams({ from: '/setup/$token' });
  const state = useQuery({
    queryKey: ['setup', token],
    queryFn: () => api.setupState(token),
    staleTime: Infinity,
  });
  if (state.isPending) {
    return (
      <AuthFrame title="Set up Mesher">
        <Skeleton className="h-64 w-full" />
      </AuthFrame>
    );
  }
  if (state.isError) {
    return state.error instanceof ApiError && state.error.status === 404 ? (
      <AuthFrame title="This link has expired" lead="Set-up links work once and for 24 hours.">
        <p className="mb-5 text-muted">
          While no account exists, each start of the server prints a fresh one. If you have an account, sign
          in.
        </p>
        <Link to="/sign-in" className={classNames(buttonClass('primary'), 'w-full')}>
          Sign in
        </Link>
      </AuthFrame>
    ) : (
      <AuthFrame title="Set up Mesher">
        <ErrorState error={state.error} onRetry={() => void state.refetch()} />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Set up Mesher" lead={`Create the first administrator of ${state.data.instance_url}`}>
      <SetupForm token={token} slug={state.data.project.slug} />
    </AuthFrame>
  );
}

function SetupForm({ token, slug }: { token: string; slug: string }) {
  const [form, setForm] = useState({ name: '', email: '', password: '', organization: '' });
  const set = (field: keyof typeof form) => (event: { target: { value: string } }) =>
    setForm((old) => ({ ...old, [field]: event.target.value }));
  const redeem = useMutation({
    mutationFn: async () => {
      const email = form.email.trim();
      await api.redeemSetup(token, { ...form, email });
      await api.signIn(email, form.password);
    },
    onSuccess() {
      pageLink.renew();
      location.assign(`/projects/${encodeURIComponent(slug)}/start`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    redeem.mutate();
  };
  const failure = redeem.error;
  const path = failure instanceof ApiError ? failure.path : undefined;
  const fieldError = (field: string) => (failure !== null && path === field ? failure.message : null);
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field
        label="Your name"
        autoComplete="name"
        autoFocus
        required
        value={form.name}
        onChange={set('name')}
        error={fieldError('name')}
      />
      <Field
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        value={form.email}
        onChange={set('email')}
        error={fieldError('email')}
      />
      <NewPasswordField
        value={form.password}
        onChange={(password) => setForm((old) => ({ ...old, password }))}
        error={fieldError('password')}
      />
      <Field
        label="Organization"
        autoComplete="organization"
        placeholder="Acme"
        required
        value={form.organization}
        onChange={set('organization')}
        error={fieldError('organization')}
      />
      {failure !== null && (path === undefined || !(path in form)) && (
        <p role="alert" className="text-sm text-error">
          {failure.message} {failure instanceof ApiError ? failure.hint : ''}
        </p>
      )}
      <Button kind="primary" type="submit" className="w-full" disabled={redeem.isPending || redeem.isSuccess}>
        {redeem.isPending ? 'Setting up…' : 'Create administrator'}
      </Button>
    </form>
  );
}

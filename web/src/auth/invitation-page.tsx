/** `/invitations/:token`: joins an organization, with a new account or with the one that is signed in. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import type { OpenInvitation } from '../../../src/protocol/rest.ts';
import { api, ApiError } from '../app/api.ts';
import { usePageTitle } from '../app/page-title.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Field } from '../ui/field.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { AuthFrame } from './auth-frame.tsx';
import { NewPasswordField } from './new-password-field.tsx';

export function InvitationPage() {
  usePageTitle(['Invitation']);
  const { token } = useParams({ from: '/invitations/$token' });
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => api.invitation(token),
    staleTime: Infinity,
  });
  if (invitation.isPending) {
    return (
      <AuthFrame title="Invitation">
        <Skeleton className="h-40 w-full" />
      </AuthFrame>
    );
  }
  if (invitation.isError) {
    return invitation.error instanceof ApiError && invitation.error.status === 404 ? (
      <AuthFrame
        title="This invitation has ended"
        lead="Invitations work once and for seven days. Ask for a new one."
      >
        <Link to="/sign-in" className={classNames(buttonClass('primary'), 'w-full')}>
          Sign in
        </Link>
      </AuthFrame>
    ) : (
      <AuthFrame title="Invitation">
        <ErrorState error={invitation.error} onRetry={() => void invitation.refetch()} />
      </AuthFrame>
    );
  }
  const { organization, email, role, has_account: hasAccount } = invitation.data;
  return (
    <AuthFrame title={`Join ${organization.name}`} lead={`Invited as ${role}: ${email}`}>
      {hasAccount ? (
        <AcceptWithAccount token={token} invitation={invitation.data} />
      ) : (
        <AcceptAsNew token={token} email={email} />
      )}
    </AuthFrame>
  );
}

function AcceptAsNew({ token, email }: { token: string; email: string }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: async () => {
      await api.acceptAsNew(token, { name, password });
      await api.signIn(email, password);
    },
    onSuccess: () => location.assign('/'),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  const failure = accept.error;
  const path = failure instanceof ApiError ? failure.path : undefined;
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field
        label="Your name"
        autoComplete="name"
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={failure !== null && path === 'name' ? failure.message : null}
      />
      <NewPasswordField
        value={password}
        onChange={setPassword}
        error={failure !== null && path === 'password' ? failure.message : null}
      />
      {failure !== null && path !== 'name' && path !== 'password' && <Failure error={failure} />}
      <Button kind="primary" type="submit" className="w-full" disabled={accept.isPending || accept.isSuccess}>
        {accept.isPending ? 'Joining…' : 'Create account and join'}
      </Button>
    </form>
  );
}

function AcceptWithAccount({ token, invitation }: { token: string; invitation: OpenInvitation }) {
  const me = useQuery({ queryKey: ['me'], queryFn: api.me, retry: false });
  const accept = useMutation({
    mutationFn: () => api.acceptInvitation(token),
    onSuccess: () => location.assign('/'),
  });
  if (me.data?.email !== invitation.email) {
    return (
      <>
        <p className="mb-5 text-muted">You have an account with this e-mail: sign in with it to accept.</p>
        <Link
          to="/sign-in"
          search={{ next: `/invitations/${token}` }}
          className={classNames(buttonClass('primary'), 'w-full')}
        >
          Sign in
        </Link>
      </>
    );
  }
  return (
    <>
      {accept.error !== null && <Failure error={accept.error} />}
      <Button
        kind="primary"
        className="w-full"
        onClick={() => accept.mutate()}
        disabled={accept.isPending || accept.isSuccess}
      >
        Accept
      </Button>
    </>
  );
}

function Failure({ error }: { error: Error }) {
  return (
    <p role="alert" className="text-sm text-error">
      {error.message} {error instanceof ApiError ? error.hint : ''}
    </p>
  );
}

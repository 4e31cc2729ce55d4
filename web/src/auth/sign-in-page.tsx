/** `/sign-in`: e-mail and password, then a code where the account asks for one; or single sign-on. */
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
  const { next, error } = useSearch({ from: '/sign-in' });
  const [asksForCode, setAsksForCode] = useState(false);
  const instance = useQuery({ queryKey: ['instance'], queryFn: api.instance, retry: false });
  const enter = () => {
    pageLink.renew();
    location.assign(safeNext(next, location.origin));
  };
  if (asksForCode) return <CodePage onDone={enter} />;
  return (
    <AuthFrame title="Sign in">
      {instance.data?.setup_required === true && (
        <p role="note" className="mb-5 rounded-lg border border-accent bg-accent/8 px-3 py-2.5 text-sm">
          No account exists yet. Open the set-up link that the server printed when it started.
        </p>
      )}
      {error !== undefined && (
        <p role="alert" className="mb-5 text-sm text-error">
          Single sign-on did not work: there is no account linked to it. Ask for an invitation, or sign in and
          link it.
        </p>
      )}
      <PasswordForm
        onDone={enter}
        onCode={() => setAsksForCode(true)}
        sendsMail={instance.data?.sends_mail === true}
      />
      {typeof instance.data?.single_sign_on === 'string' && (
        <SingleSignOn name={instance.data.single_sign_on} next={next} />
      )}
    </AuthFrame>
  );
}

interface PasswordFormProps {
  onDone: () => void;
  onCode: () => void;
  sendsMail: boolean;
}

function PasswordForm({ onDone, onCode, sendsMail }: PasswordFormProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.signIn(email.trim(), password),
    onSuccess: (answer) => (answer.twoFactorRedirect === true ? onCode() : onDone()),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
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
      <Button kind="primary" type="submit" className="w-full" disabled={signIn.isPending || signIn.isSuccess}>
        {signIn.isPending ? 'Signing in…' : 'Sign in'}
      </Button>
      {sendsMail && (
        <Link to="/forgot-password" className="block text-center text-sm text-muted hover:text-text">
          Forgot your password?
        </Link>
      )}
    </form>
  );
}

function CodePage({ onDone }: { onDone: () => void }) {
  const [code, setCode] = useState('');
  const verify = useMutation({ mutationFn: () => api.verifyCode(code.trim()), onSuccess: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verify.mutate();
  };
  return (
    <AuthFrame title="Second factor" lead="The code of your authenticator app, or a backup code.">
      <form onSubmit={submit} className="space-y-4">
        <Field
          label="Code"
          autoComplete="one-time-code"
          autoFocus
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
          error={verify.error === null ? null : verify.error.message}
        />
        <Button
          kind="primary"
          type="submit"
          className="w-full"
          disabled={verify.isPending || verify.isSuccess}
        >
          Continue
        </Button>
      </form>
    </AuthFrame>
  );
}

function SingleSignOn({ name, next }: { name: string; next: string | undefined }) {
  const start = useMutation({
    mutationFn: () => api.singleSignOn(next),
    onSuccess: ({ url }) => location.assign(url),
  });
  return (
    <div className="mt-4 border-t border-line pt-4">
      <Button className="w-full" onClick={() => start.mutate()} disabled={start.isPending || start.isSuccess}>
        Sign in with {name}
      </Button>
      {start.error !== null && (
        <p role="alert" className="mt-2 text-sm text-error">
          {start.error.message}
        </p>
      )}
    </div>
  );
}

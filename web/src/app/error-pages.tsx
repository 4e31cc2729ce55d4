/** A route that failed, and one that does not exist. */
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { buttonClass } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';
import { EmptyState, ErrorState } from '../ui/states.tsx';
import { queryClient } from './query-client.ts';

export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    queryClient.removeQueries({ predicate: (query) => query.state.status === 'error' });
    reset();
    void router.invalidate();
  };
  return <ErrorState error={error} onRetry={retry} />;
}

export function NotFoundPage() {
  return (
    <main className="pt-10">
      <EmptyState icon={<Logo />} title="There is nothing at this address">
        <p className="mb-5">The link may be old, or you may lack access to it.</p>
        <Link to="/" className={buttonClass('secondary')}>
          Go to your projects
        </Link>
      </EmptyState>
    </main>
  );
}

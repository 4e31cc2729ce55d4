/** To the same page of another project. */
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { pageAt } from '../app/navigation.ts';

export function useGoToProject(): (slug: string) => void {
  const router = useRouter();
  const navigate = useNavigate();
  return useCallback(
    (slug) => {
      const to = pageAt(router.state.location.pathname)?.to ?? '/projects/$slug/issues';
      void navigate({ to, params: { slug } });
    },
    [navigate, router],
  );
}

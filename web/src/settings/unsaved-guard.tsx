/** Asks before text that was typed and not saved is left: by a link, by going back, by closing the tab. */
import { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from '../ui/lazy-dialog.tsx';

export function UnsavedGuard({ changed }: { changed: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => changed && current.pathname !== next.pathname,
    enableBeforeUnload: changed,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      open={blocker.status === 'blocked'}
      onOpenChange={(open) => {
        if (!open) blocker.reset?.();
      }}
      title="Leave without saving?"
      description="What you changed on this page is not saved yet."
      confirm="Leave"
      onConfirm={() => blocker.proceed?.()}
    />
  );
}

/** Dialogs load when one is first opened: they are not part of the first view. */
import { lazy, Suspense, useState, type ComponentProps, type ReactNode } from 'react';

const Confirm = lazy(async () => ({ default: (await import('./dialog.tsx')).ConfirmDialog }));

/** Mounted from its first opening on, so that closing can give the focus back. */
export function OnceOpened({ open, children }: { open: boolean; children: ReactNode }) {
  const [seen, setSeen] = useState(open);
  if (open && !seen) setSeen(true);
  return seen ? <Suspense fallback={null}>{children}</Suspense> : null;
}

export function ConfirmDialog(props: ComponentProps<typeof Confirm>) {
  return (
    <OnceOpened open={props.open}>
      <Confirm {...props} />
    </OnceOpened>
  );
}

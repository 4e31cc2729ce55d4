/** Where toasts appear: once in the app, announced politely. Show one with `showToast` (toast-store.ts). */
import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button } from './button.tsx';
import { dismissToast, pauseToasts, toastStore } from './toast-store.ts';

export function Toasts() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  return (
    <section
      aria-label="Notifications"
      aria-live="polite"
      onPointerEnter={() => pauseToasts(true)}
      onPointerLeave={() => pauseToasts(false)}
      onFocus={() => pauseToasts(true)}
      onBlur={() => pauseToasts(false)}
      className="fixed right-4 bottom-18 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 md:bottom-5"
    >
      {toasts.map(({ id, title, description, kind, action }) => (
        <div
          key={id}
          role={kind === 'error' ? 'alert' : 'status'}
          className="flex w-full animate-pop items-center gap-3 rounded-lg bg-raised py-2.5 pr-2 pl-4 shadow-pop"
        >
          <div className="min-w-0 flex-1">
            <div className={kind === 'error' ? 'font-medium text-error' : 'font-medium'}>{title}</div>
            {description !== undefined && description !== '' && (
              <div className="line-clamp-2 text-sm break-words text-muted">{description}</div>
            )}
          </div>
          {action !== undefined && (
            <Button
              size="sm"
              onClick={() => {
                dismissToast(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <Button kind="ghost" size="icon" aria-label="Dismiss" onClick={() => dismissToast(id)}>
            <X size={15} aria-hidden="true" />
          </Button>
        </div>
      ))}
    </section>
  );
}

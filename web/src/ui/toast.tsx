/** Toasts from anywhere: `showToast({ title, action })`; the viewport lives once in the app. */
import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { buttonClass } from './button.tsx';

const manager = Toast.createToastManager();

interface ToastOptions {
  title: string;
  description?: string;
  kind?: 'plain' | 'error';
  action?: { label: string; run: () => void };
}

export function showToast({ title, description, kind = 'plain', action }: ToastOptions): void {
  const id = manager.add({
    title,
    ...(description === undefined ? {} : { description }),
    type: kind,
    timeout: kind === 'error' ? 9000 : 6000,
    priority: kind === 'error' ? 'high' : 'low',
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick: () => {
              manager.close(id);
              action.run();
            },
          },
        }),
  });
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex w-full animate-pop items-center gap-3 rounded-lg bg-raised py-2.5 pr-2 pl-4 shadow-pop data-ending-style:opacity-0"
    >
      <div className="min-w-0 flex-1">
        <Toast.Title
          className={toast.type === 'error' ? 'font-medium text-error' : 'font-medium break-words'}
        />
        <Toast.Description className="text-sm text-muted" />
      </div>
      {toast.actionProps !== undefined && <Toast.Action className={buttonClass('secondary', 'sm')} />}
      <Toast.Close aria-label="Dismiss" className={buttonClass('ghost', 'icon')}>
        <X size={15} aria-hidden="true" />
      </Toast.Close>
    </Toast.Root>
  ));
}

export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-18 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col-reverse gap-2 md:bottom-5">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

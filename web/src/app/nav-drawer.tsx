/** All pages of a project on a narrow screen, from the left. */
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { Project } from '../../../src/protocol/rest.ts';
import { buttonClass } from '../ui/button.tsx';
import { Logo } from '../ui/logo.tsx';
import { SideNav } from './side-nav.tsx';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  project: Project;
}

export function NavDrawer({ open, onOpenChange, project }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-50 flex w-[min(18rem,85vw)] flex-col gap-4 overflow-y-auto bg-bg p-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] shadow-pop transition-transform data-ending-style:-translate-x-full data-starting-style:-translate-x-full">
          <div className="flex items-center justify-between pl-2.5">
            <Dialog.Title>
              <Logo />
              <span className="sr-only"> navigation</span>
            </Dialog.Title>
            <Dialog.Close aria-label="Close" className={buttonClass('ghost', 'icon')}>
              <X size={16} aria-hidden="true" />
            </Dialog.Close>
          </div>
          <SideNav project={project} onNavigate={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

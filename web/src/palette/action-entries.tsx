/** What can be done: by the page that is shown, and everywhere. */
import { FolderPlus, Keyboard, LogOut, Send, SquareMousePointer } from 'lucide-react';
import type { Project } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { showOverlay } from '../app/overlay.ts';
import { usePageActions } from '../app/page-actions.ts';
import { signOut } from '../app/sign-out.ts';
import { setTheme, useTheme } from '../app/theme.ts';
import { THEMES } from '../app/themes.ts';
import { sendTestEvent } from '../projects/send-test-event.ts';
import { Keys } from '../ui/keys.tsx';
import type { PickGroup } from '../ui/pick-list.tsx';
import { showToast } from '../ui/toast-store.ts';

const ICON = 'shrink-0 text-faint';

export function useActionEntries(project: Project, done: () => void): PickGroup[] {
  const pageActions = usePageActions();
  const theme = useTheme();
  const after = (run: () => unknown) => () => {
    done();
    run();
  };
  return [
    {
      title: 'This page',
      items: pageActions.map(({ label, key, run }) => ({
        id: `page-${label}`,
        label,
        icon: <SquareMousePointer size={15} aria-hidden="true" className={ICON} />,
        aside: key !== undefined && <Keys keys={key} />,
        run: after(run),
      })),
    },
    {
      title: 'Actions',
      items: [
        {
          id: 'test-event',
          label: 'Send a test event',
          icon: <Send size={15} aria-hidden="true" className={ICON} />,
          run: after(() => sendOne(project)),
        },
        ...THEMES.filter((one) => one.theme !== theme).map(({ theme: next, label, icon: Icon }) => ({
          id: `theme-${next}`,
          label,
          icon: <Icon size={15} aria-hidden="true" className={ICON} />,
          run: after(() => setTheme(next)),
        })),
        {
          id: 'keys',
          label: 'Keyboard shortcuts',
          icon: <Keyboard size={15} aria-hidden="true" className={ICON} />,
          aside: <Keys keys="?" />,
          run: after(() => showOverlay('keys')),
        },
        {
          id: 'create-project',
          label: 'Create project',
          icon: <FolderPlus size={15} aria-hidden="true" className={ICON} />,
          run: after(() => showOverlay('create-project')),
        },
        {
          id: 'sign-out',
          label: 'Sign out',
          icon: <LogOut size={15} aria-hidden="true" className={ICON} />,
          run: after(signOut),
        },
      ],
    },
  ];
}

async function sendOne(project: Project): Promise<void> {
  try {
    const key = (await api.keys(project.slug)).items.find(({ revoked_at }) => revoked_at === null);
    if (key === undefined) {
      showToast({ title: 'This project has no active key', kind: 'error' });
      return;
    }
    await sendTestEvent(key.dsn);
    showToast({ title: `Sent a test event to ${project.name}` });
  } catch (error) {
    const description = error instanceof Error ? error.message : '';
    showToast({ title: 'The test event was refused', description, kind: 'error' });
  }
}

/** The dialogs of the shell, each loaded when it is first opened. */
import { lazy } from 'react';
import type { Project } from '../../../src/protocol/rest.ts';
import { CreateProject } from '../projects/create-project.tsx';
import { OnceOpened } from '../ui/lazy-dialog.tsx';
import { showOverlay, useOverlay, type Overlay } from './overlay.ts';

const CommandPalette = lazy(async () => ({
  default: (await import('../palette/command-palette.tsx')).CommandPalette,
}));
const KeyboardDialog = lazy(async () => ({
  default: (await import('./keyboard-dialog.tsx')).KeyboardDialog,
}));
const NavDrawer = lazy(async () => ({ default: (await import('./nav-drawer.tsx')).NavDrawer }));

export function ShellOverlays({ project }: { project: Project }) {
  const shown = useOverlay();
  const dialog = (name: Overlay) => ({
    open: shown === name,
    onOpenChange: (open: boolean) => showOverlay(open ? name : 'none'),
  });
  return (
    <>
      <OnceOpened open={shown === 'palette'}>
        <CommandPalette {...dialog('palette')} />
      </OnceOpened>
      <OnceOpened open={shown === 'keys'}>
        <KeyboardDialog {...dialog('keys')} />
      </OnceOpened>
      <OnceOpened open={shown === 'navigation'}>
        <NavDrawer {...dialog('navigation')} project={project} />
      </OnceOpened>
      <CreateProject {...dialog('create-project')} />
    </>
  );
}

/** The dialog of a new project, loaded when it is first opened. */
import { lazy } from 'react';
import { OnceOpened } from '../ui/lazy-dialog.tsx';

const CreateProjectDialog = lazy(async () => ({
  default: (await import('./create-project-dialog.tsx')).CreateProjectDialog,
}));

export function CreateProject(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <OnceOpened open={props.open}>
      <CreateProjectDialog {...props} />
    </OnceOpened>
  );
}

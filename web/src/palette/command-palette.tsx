/** Ctrl-K: go to a page, a project or an issue, or do something, without leaving the keyboard. */
import { Dialog } from '@base-ui/react/dialog';
import { useRef, useState } from 'react';
import { useLive } from '../live/project-live.tsx';
import { PickList, type PickGroup } from '../ui/pick-list.tsx';
import { bestMatches } from '../ui/match-score.ts';
import { useActionEntries } from './action-entries.tsx';
import { usePlaceEntries } from './place-entries.tsx';
import { useIssueEntries } from './issue-entries.tsx';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CommandPalette({ open, onOpenChange }: Props) {
  /** Where the focus goes: with a new page to its content, else back to where it was. */
  const moved = useRef(false);
  const done = (went: boolean) => {
    moved.current = went;
    onOpenChange(false);
  };
  return (
    <Dialog.Root
      open={open}
      onOpenChange={onOpenChange}
      onOpenChangeComplete={(opened) => {
        if (opened) moved.current = false;
        // Not before: until it is closed, nothing else takes the focus.
        else if (moved.current) document.getElementById('main')?.focus({ preventScroll: true });
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40 transition-opacity data-starting-style:opacity-0" />
        <Dialog.Popup
          finalFocus={() => !moved.current}
          className="fixed top-[10vh] left-1/2 z-50 flex max-h-[min(32rem,80dvh)] w-[min(38rem,calc(100vw-1.5rem))] -translate-x-1/2 animate-pop flex-col overflow-hidden rounded-xl bg-raised shadow-pop outline-none"
        >
          <Dialog.Title className="sr-only">Commands and search</Dialog.Title>
          <Palette done={done} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ done }: { done: (went: boolean) => void }) {
  const { project } = useLive();
  const [text, setText] = useState('');
  const places = usePlaceEntries(project, () => done(true));
  const actions = useActionEntries(project, () => done(false));
  const issues = useIssueEntries(project, text.trim(), () => done(true));
  const matching = ({ title, items }: PickGroup): PickGroup => ({
    title,
    items: bestMatches(items, text, (item) => item.label),
  });
  const [page, general] = actions.map(matching);
  return (
    <PickList
      label="Commands and search"
      placeholder="Go to, do, or search issues"
      text={text}
      onText={setText}
      groups={[page, ...places.map(matching), { title: 'Issues', items: issues.items }, general].filter(
        (group) => group !== undefined,
      )}
      busy={issues.busy}
      empty="Nothing found."
    />
  );
}

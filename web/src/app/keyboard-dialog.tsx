/** Every shortcut, on `?`. */
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from '../ui/keys.tsx';
import { ALL_PAGES } from './navigation.ts';

interface Section {
  title: string;
  /** `keys`: any of them. */
  shortcuts: readonly { keys: readonly string[]; what: string }[];
}

const SECTIONS: readonly Section[] = [
  {
    title: 'Everywhere',
    shortcuts: [
      { keys: ['Ctrl K'], what: 'commands and search' },
      ...ALL_PAGES.flatMap(({ key, label }) =>
        key === undefined ? [] : [{ keys: [`g ${key}`], what: `go to ${label}` }],
      ),
      { keys: ['?'], what: 'this help' },
    ],
  },
  {
    title: 'Issues',
    shortcuts: [
      { keys: ['j', '↓'], what: 'next issue' },
      { keys: ['k', '↑'], what: 'previous issue' },
      { keys: ['Enter', 'o'], what: 'open' },
      { keys: ['x'], what: 'select' },
      { keys: ['Shift x', 'Shift j', 'Shift k'], what: 'select a range' },
      { keys: ['*'], what: 'select all that are loaded' },
      { keys: ['e'], what: 'resolve' },
      { keys: ['a'], what: 'archive' },
      { keys: ['m'], what: 'assign to me' },
      { keys: ['.'], what: 'show what is new' },
      { keys: ['/'], what: 'search' },
      { keys: ['Esc'], what: 'clear the selection' },
    ],
  },
  {
    title: 'Live',
    shortcuts: [{ keys: ['p', 'Space'], what: 'pause and resume' }],
  },
  {
    title: 'Volume chart (focused)',
    shortcuts: [
      { keys: ['←', '→'], what: 'move along the time' },
      { keys: ['Shift ←', 'Shift →'], what: 'select a range' },
      { keys: ['Enter'], what: 'look closer at it' },
      { keys: ['Esc'], what: 'give the selection up' },
    ],
  },
];

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function KeyboardDialog({ open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <div className="space-y-5">
        {SECTIONS.map(({ title, shortcuts }) => (
          <section key={title} aria-label={title}>
            <h3 className="mb-1 text-sm font-medium text-faint">{title}</h3>
            <dl className="divide-y divide-line">
              {shortcuts.map(({ keys, what }) => (
                <div key={what} className="flex items-center justify-between py-1.5">
                  <dt className="text-muted">{what}</dt>
                  <dd className="flex items-center gap-1.5">
                    {keys.map((one) => (
                      <Keys key={one} keys={one} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

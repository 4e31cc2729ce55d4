/** The keyboard shortcuts, on `?`. */
import { Dialog } from '../ui/dialog.tsx';

const SHORTCUTS: readonly (readonly [keys: string[], what: string])[] = [
  [['j', '↓'], 'next issue'],
  [['k', '↑'], 'previous issue'],
  [['Enter', 'o'], 'open'],
  [['x'], 'select'],
  [['e'], 'resolve'],
  [['a'], 'archive'],
  [['/'], 'search'],
  [['Esc'], 'clear the selection'],
  [['?'], 'this help'],
];

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ShortcutsDialog({ open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <dl className="divide-y divide-line">
        {SHORTCUTS.map(([keys, what]) => (
          <div key={what} className="flex items-center justify-between py-2">
            <dt className="text-muted">{what}</dt>
            <dd className="flex gap-1.5">
              {keys.map((key) => (
                <kbd
                  key={key}
                  className="min-w-6 rounded border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-sans text-sm"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

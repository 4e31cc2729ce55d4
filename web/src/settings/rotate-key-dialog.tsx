/** A key in place of another: the new one is made, programs are moved to it, then the old one is revoked. */
import { useMutation } from '@tanstack/react-query';
import type { ProjectKey } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SecretBox } from './secret-box.tsx';

interface Props {
  slug: string;
  old: ProjectKey;
  onMade: () => Promise<void>;
  onRevoke: () => void;
  onClose: () => void;
}

/** `production` becomes `production (2)`, that one `production (3)`. */
function nextLabel(label: string): string {
  const counted = /^(.*) \((\d+)\)$/.exec(label);
  const base = counted?.[1] ?? label;
  return `${base.slice(0, 58)} (${counted === null ? 2 : Number(counted[2]) + 1})`;
}

export function RotateKeyDialog({ slug, old, onMade, onRevoke, onClose }: Props) {
  const make = useMutation({
    mutationFn: () => api.createKey(slug, nextLabel(old.label)),
    onSuccess: onMade,
  });
  const made = make.data;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Rotate ${old.label}`}>
      <div className="space-y-4">
        {made === undefined ? (
          <>
            <p className="text-muted">
              A new key is made beside this one. Both work until you revoke the old one, so no event is lost
              on the way.
            </p>
            {make.error !== null && (
              <p role="alert" className="text-sm text-error">
                {make.error.message}
              </p>
            )}
            <div className="flex justify-end">
              <Button kind="primary" disabled={make.isPending} onClick={() => make.mutate()}>
                Make a new key
              </Button>
            </div>
          </>
        ) : (
          <>
            <p className="text-muted">
              This is the DSN of <span className="font-medium text-text">{made.label}</span>. Put it where the
              old one is used; then revoke the old one, now or later.
            </p>
            <SecretBox text={made.dsn} label="Copy DSN" />
            <div className="flex justify-end gap-2">
              <Button onClick={onClose}>Later</Button>
              <Button kind="danger" onClick={onRevoke}>
                Revoke the old key
              </Button>
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** The DSN keys of a project: list, create, rotate, revoke. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ProjectKey } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { keysQuery } from '../app/queries.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { ConfirmDialog } from '../ui/lazy-dialog.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { showToast } from '../ui/toast-store.ts';
import { NameDialog } from './name-dialog.tsx';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';
import { Card } from './settings-frame.tsx';

const failed = (error: Error) => showToast({ title: error.message, kind: 'error' });

export function ProjectKeys({ slug, may }: { slug: string; may: boolean }) {
  const client = useQueryClient();
  const keys = useQuery(keysQuery(slug));
  const [creating, setCreating] = useState(false);
  const [rotating, setRotating] = useState<ProjectKey | null>(null);
  const [revoking, setRevoking] = useState<ProjectKey | null>(null);
  const changed = () => client.invalidateQueries({ queryKey: keysQuery(slug).queryKey });
  const create = useMutation({
    mutationFn: (label: string) => api.createKey(slug, label),
    onSuccess: async () => {
      setCreating(false);
      await changed();
    },
    onError: failed,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => api.revokeKey(slug, id),
    onSuccess: changed,
    onError: failed,
  });
  return (
    <Card
      title="Keys"
      lead="A key lets programs send events. It cannot read anything."
      action={
        may && (
          <Button size="sm" onClick={() => setCreating(true)}>
            <Plus size={14} aria-hidden="true" />
            Create key
          </Button>
        )
      }
    >
      {keys.isPending && <Skeleton className="m-4 h-12" />}
      {keys.isError && <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && (
        <p className="p-4 text-muted">No keys. Without one no program can send events.</p>
      )}
      <ul aria-label="Keys" className="divide-y divide-line">
        {keys.data?.map((key) => (
          <KeyRow
            key={key.id}
            projectKey={key}
            may={may}
            onRotate={() => setRotating(key)}
            onRevoke={() => setRevoking(key)}
          />
        ))}
      </ul>
      <NameDialog
        open={creating}
        onOpenChange={setCreating}
        title="Create key"
        label="Label"
        placeholder="production"
        submit="Create key"
        pending={create.isPending}
        onSubmit={(label) => create.mutate(label)}
      />
      {rotating !== null && (
        <RotateKeyDialog
          slug={slug}
          old={rotating}
          onMade={changed}
          onRevoke={() => {
            setRevoking(rotating);
            setRotating(null);
          }}
          onClose={() => setRotating(null)}
        />
      )}
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={(open) => {
          if (!open) setRevoking(null);
        }}
        title={`Revoke ${revoking?.label ?? 'key'}?`}
        description="Programs that use this DSN can no longer send events."
        confirm="Revoke"
        onConfirm={() => revoking !== null && revoke.mutate(revoking.id)}
      />
    </Card>
  );
}

interface RowProps {
  projectKey: ProjectKey;
  may: boolean;
  onRotate: () => void;
  onRevoke: () => void;
}

function KeyRow({ projectKey: key, may, onRotate, onRevoke }: RowProps) {
  const works = key.revoked_at === null;
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <span className={classNames('font-medium', !works && 'text-faint line-through')}>{key.label}</span>
        <span className="text-sm text-faint">
          {works ? 'created ' : 'revoked '}
          <Time value={key.revoked_at ?? key.created_at} form="ago" />
        </span>
        {works && may && (
          <span className="ml-auto flex gap-2">
            <Button size="sm" aria-label={`Rotate ${key.label}`} onClick={onRotate}>
              Rotate
            </Button>
            <Button kind="danger" size="sm" aria-label={`Revoke ${key.label}`} onClick={onRevoke}>
              Revoke
            </Button>
          </span>
        )}
      </div>
      {works && (
        <div className="mt-2 flex items-center gap-1 rounded-md bg-sunken py-0.5 pr-0.5 pl-2.5">
          <code className="min-w-0 flex-1 truncate font-mono text-[0.78rem]" title={key.dsn}>
            {key.dsn}
          </code>
          <CopyButton text={key.dsn} label={`Copy DSN of ${key.label}`} />
        </div>
      )}
    </li>
  );
}

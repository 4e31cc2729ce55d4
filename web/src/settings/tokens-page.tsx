/** API tokens: what they may do, and the secret once, when made. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useId, useState } from 'react';
import type { Scope } from '../../../src/viewer.ts';
import type { ApiToken } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { usePageTitle } from '../app/page-title.ts';
import { tokensQuery } from '../app/queries.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx';
import { INPUT } from '../ui/field.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { showToast } from '../ui/toast-store.ts';
import { NameDialog } from './name-dialog.tsx';
import { SecretBox } from './secret-box.tsx';
import { Card, SettingsFrame } from './settings-frame.tsx';

const SCOPES: readonly { scope: Scope; what: string }[] = [
  { scope: 'stream:read', what: 'follow the live stream' },
  { scope: 'event:read', what: 'read issues and events' },
  { scope: 'issue:write', what: 'change issues' },
  { scope: 'project:read', what: 'read projects and keys' },
  { scope: 'project:admin', what: 'change projects and keys' },
  { scope: 'org:read', what: 'read members' },
  { scope: 'org:admin', what: 'administer organizations' },
  { scope: 'release:write', what: 'upload releases and source maps' },
];

const FOREVER = 'never';
const LIFETIMES: readonly { days: string; label: string }[] = [
  { days: '7', label: '7 days' },
  { days: '30', label: '30 days' },
  { days: '90', label: '90 days' },
  { days: '365', label: 'a year' },
  { days: FOREVER, label: 'It does not expire' },
];

const failed = (error: Error) => showToast({ title: error.message, kind: 'error' });

export function TokensPage() {
  usePageTitle(['API tokens']);
  const client = useQueryClient();
  const lifetimeId = useId();
  const tokens = useQuery(tokensQuery);
  const [creating, setCreating] = useState(false);
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set(['stream:read', 'event:read']));
  const [days, setDays] = useState('90');
  const [secret, setSecret] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const changed = () => client.invalidateQueries({ queryKey: tokensQuery.queryKey });
  const create = useMutation({
    mutationFn: (name: string) =>
      api.createToken({
        name,
        scopes: [...scopes],
        ...(days !== FOREVER && { expires_in_days: Number(days) }),
      }),
    onSuccess: async ({ token }) => {
      setCreating(false);
      setSecret(token);
      await changed();
    },
    onError: failed,
  });
  const revoke = useMutation({ mutationFn: api.revokeToken, onSuccess: changed, onError: failed });
  const toggle = (scope: Scope) => {
    const next = new Set(scopes);
    if (!next.delete(scope)) next.add(scope);
    setScopes(next);
  };

  return (
    <SettingsFrame title="API tokens">
      <Card
        title="Your tokens"
        lead="For programs: the REST API, the live stream and the command line."
        action={
          <Button size="sm" onClick={() => setCreating(true)}>
            <Plus size={14} aria-hidden="true" />
            Create token
          </Button>
        }
      >
        {tokens.isPending && <Skeleton className="m-4 h-12" />}
        {tokens.isError && <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} />}
        {tokens.data?.length === 0 && <p className="p-4 text-muted">No tokens yet.</p>}
        <ul aria-label="API tokens" className="divide-y divide-line">
          {tokens.data?.map((token) => (
            <li key={token.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
              <div className="min-w-48 flex-1">
                <div className="font-medium">{token.name}</div>
                <div className="mt-1 flex flex-wrap gap-1">
                  {token.scopes.map((scope) => (
                    <span
                      key={scope}
                      className="rounded bg-line px-1.5 font-mono text-xs leading-5 text-muted"
                    >
                      {scope}
                    </span>
                  ))}
                </div>
              </div>
              <TokenTimes token={token} />
              <Button
                kind="danger"
                size="sm"
                aria-label={`Revoke ${token.name}`}
                onClick={() => setRevoking(token)}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      </Card>
      <NameDialog
        open={creating}
        onOpenChange={setCreating}
        title="Create token"
        label="Name"
        placeholder="deploy script"
        submit="Create token"
        pending={create.isPending || scopes.size === 0}
        onSubmit={(name) => create.mutate(name)}
      >
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium">It may</legend>
          <div className="space-y-1.5">
            {SCOPES.map(({ scope, what }) => (
              <label key={scope} className="flex items-center gap-2.5">
                <input
                  type="checkbox"
                  checked={scopes.has(scope)}
                  onChange={() => toggle(scope)}
                  className="checkbox"
                />
                <span>{what}</span>
                <code className="ml-auto font-mono text-xs text-faint">{scope}</code>
              </label>
            ))}
          </div>
        </fieldset>
        <div>
          <label htmlFor={lifetimeId} className="mb-1.5 block text-sm font-medium">
            Expires after
          </label>
          <select
            id={lifetimeId}
            className={INPUT}
            value={days}
            onChange={(event) => setDays(event.target.value)}
          >
            {LIFETIMES.map(({ days: value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </div>
      </NameDialog>
      <Dialog
        open={secret !== null}
        onOpenChange={(open) => {
          if (!open) setSecret(null);
        }}
        title="Your new token"
      >
        <p className="mb-3 text-muted">Copy it now: it is not shown again.</p>
        <SecretBox text={secret ?? ''} label="Copy token" testId="token" />
      </Dialog>
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={(open) => {
          if (!open) setRevoking(null);
        }}
        title={`Revoke ${revoking?.name ?? 'token'}?`}
        description="Programs that use it lose access at once; live streams end within a second."
        confirm="Revoke"
        onConfirm={() => revoking !== null && revoke.mutate(revoking.id)}
      />
    </SettingsFrame>
  );
}

function TokenTimes({ token: { last_used_at, expires_at } }: { token: ApiToken }) {
  const expired = expires_at !== null && Date.parse(expires_at) < Date.now();
  return (
    <div className="shrink-0 text-sm text-faint">
      {last_used_at === null ? (
        'never used'
      ) : (
        <>
          used <Time value={last_used_at} form="ago" />
        </>
      )}
      {expires_at !== null && (
        <div className={expired ? 'text-error' : undefined}>
          {expired ? 'expired ' : 'expires '}
          {new Date(expires_at).toLocaleDateString('en', { dateStyle: 'medium' })}
        </div>
      )}
    </div>
  );
}

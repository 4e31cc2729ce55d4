/** The members of an organization: their roles, and who is removed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Member } from '../../../src/protocol/rest.ts';
import { initials } from '../app/account-menu.tsx';
import { api, ApiError } from '../app/api.ts';
import { meQuery, membersQuery } from '../app/queries.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/lazy-dialog.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { showToast } from '../ui/toast-store.ts';
import { RoleSelect } from './role-select.tsx';
import { Card } from './settings-frame.tsx';
import { mayAdminister } from './use-role.ts';

const failed = (error: Error) =>
  showToast({
    title: error.message,
    kind: 'error',
    ...(error instanceof ApiError && { description: error.hint }),
  });

export function MembersCard({ organization, role }: { organization: string; role: Member['role'] | null }) {
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const members = useQuery(membersQuery(organization));
  const [removing, setRemoving] = useState<Member | null>(null);
  const changed = () => client.invalidateQueries({ queryKey: membersQuery(organization).queryKey });
  const setRole = useMutation({
    mutationFn: (change: { user: string; role: Member['role'] }) =>
      api.setRole(organization, change.user, change.role),
    onSuccess: async () => {
      await changed();
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
      showToast({ title: 'Saved' });
    },
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: (user: string) => api.removeMember(organization, user),
    onSuccess: changed,
    onError: failed,
  });
  return (
    <Card title="Members" lead="Everyone here sees all projects of the organization.">
      {members.isPending && <Skeleton className="m-4 h-12" />}
      {members.isError && <ErrorState error={members.error} onRetry={() => void members.refetch()} />}
      <ul aria-label="Members" className="divide-y divide-line">
        {members.data?.map((member) => {
          const name = member.name || member.email;
          // Owners are changed by owners; nobody removes themselves by mistake.
          const may = mayAdminister(role) && (role === 'owner' || member.role !== 'owner');
          return (
            <li key={member.user_id} className="flex flex-wrap items-center gap-3 px-4 py-3">
              <span
                aria-hidden="true"
                className="flex size-8 shrink-0 items-center justify-center rounded-full bg-accent/15 text-xs font-semibold text-accent"
              >
                {initials(name)}
              </span>
              <div className="min-w-40 flex-1">
                <div className="truncate font-medium">
                  {name}
                  {member.user_id === me?.id && <span className="font-normal text-faint"> (you)</span>}
                </div>
                <div className="truncate text-sm text-muted">{member.email}</div>
              </div>
              {may ? (
                <RoleSelect
                  label={`Role of ${name}`}
                  value={member.role}
                  owners={role === 'owner'}
                  disabled={setRole.isPending}
                  onChange={(next) => setRole.mutate({ user: member.user_id, role: next })}
                />
              ) : (
                <span className="rounded bg-line px-2 text-sm text-muted">{member.role}</span>
              )}
              {may && member.user_id !== me?.id && (
                <Button
                  kind="danger"
                  size="sm"
                  aria-label={`Remove ${name}`}
                  onClick={() => setRemoving(member)}
                >
                  Remove
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <ConfirmDialog
        open={removing !== null}
        onOpenChange={(open) => {
          if (!open) setRemoving(null);
        }}
        title={`Remove ${removing?.name || removing?.email || 'member'}?`}
        description="They lose access to all projects of the organization at once. Their account stays."
        confirm="Remove"
        onConfirm={() => removing !== null && remove.mutate(removing.user_id)}
      />
    </Card>
  );
}

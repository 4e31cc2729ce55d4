/** Inviting people to an organization: the link is shown once, open invitations can be revoked. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Invitation, Member } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { invitationsQuery } from '../app/settings-queries.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { ConfirmDialog } from '../ui/lazy-dialog.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { showToast } from '../ui/toast-store.ts';
import { fieldError, formError } from './field-error.ts';
import { RoleSelect } from './role-select.tsx';
import { SecretBox } from './secret-box.tsx';
import { Card } from './settings-frame.tsx';

export function InvitationsCard({ organization, isOwner }: { organization: string; isOwner: boolean }) {
  const client = useQueryClient();
  const invitations = useQuery(invitationsQuery(organization));
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const changed = () => client.invalidateQueries({ queryKey: invitationsQuery(organization).queryKey });
  const revoke = useMutation({
    mutationFn: (id: string) => api.revokeInvitation(organization, id),
    onSuccess: changed,
    onError: (error) => showToast({ title: error.message, kind: 'error' }),
  });
  return (
    <Card title="Invitations" lead="A link for one e-mail, good once and for seven days.">
      <InviteForm organization={organization} isOwner={isOwner} onMade={changed} />
      {invitations.isPending && <Skeleton className="m-4 h-12" />}
      {invitations.isError && (
        <ErrorState error={invitations.error} onRetry={() => void invitations.refetch()} />
      )}
      {invitations.data?.length === 0 && <p className="px-4 pb-4 text-muted">Nobody is invited now.</p>}
      <ul aria-label="Invitations" className="divide-y divide-line">
        {invitations.data?.map((invitation) => (
          <li
            key={invitation.id}
            className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3"
          >
            <div className="min-w-40 flex-1">
              <div className="truncate font-medium">{invitation.email}</div>
              <div className="truncate text-sm text-faint">
                as {invitation.role}, made <Time value={invitation.created_at} form="ago" />
                {invitation.invited_by !== null && ` by ${invitation.invited_by}`}
              </div>
            </div>
            <Button
              kind="danger"
              size="sm"
              aria-label={`Revoke the invitation of ${invitation.email}`}
              onClick={() => setRevoking(invitation)}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={(open) => {
          if (!open) setRevoking(null);
        }}
        title={`Revoke the invitation of ${revoking?.email ?? ''}?`}
        description="Its link no longer works."
        confirm="Revoke"
        onConfirm={() => revoking !== null && revoke.mutate(revoking.id)}
      />
    </Card>
  );
}

interface FormProps {
  organization: string;
  isOwner: boolean;
  onMade: () => Promise<void>;
}

function InviteForm({ organization, isOwner, onMade }: FormProps) {
  const roleId = useId();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Member['role']>('member');
  const invite = useMutation({
    mutationFn: () => api.invite(organization, { email: email.trim(), role }),
    onSuccess: async () => {
      setEmail('');
      await onMade();
    },
  });
  const problem = formError(invite.error, ['email']);
  return (
    <form
      className="space-y-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        invite.mutate();
      }}
    >
      <div className="flex flex-wrap items-start gap-3">
        <Field
          label="E-mail"
          type="email"
          required
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          placeholder="ada@example.com"
          className="min-w-52 flex-1"
          error={fieldError(invite.error, 'email')}
        />
        <div>
          <label htmlFor={roleId} className="mb-1.5 block text-sm font-medium">
            Role
          </label>
          <RoleSelect id={roleId} value={role} owners={isOwner} onChange={setRole} />
        </div>
        <Button type="submit" kind="primary" className="h-9 sm:mt-6.5" disabled={invite.isPending}>
          Invite
        </Button>
      </div>
      {problem !== null && (
        <p role="alert" className="text-sm text-error">
          {problem}
        </p>
      )}
      {invite.data !== undefined && (
        <div role="status" className="space-y-2">
          <p className="text-sm text-muted">
            {invite.data.mailed
              ? `The link was mailed to ${invite.data.email}. You can also hand it over yourself.`
              : `Hand this link to ${invite.data.email}: it is not shown again.`}
          </p>
          <SecretBox text={invite.data.link} label="Copy link" testId="invitation-link" />
        </div>
      )}
    </form>
  );
}

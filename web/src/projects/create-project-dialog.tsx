/** Name and platform of a new project; then its onboarding. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { api, ApiError } from '../app/api.ts';
import { meQuery, projectsQuery } from '../app/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, INPUT } from '../ui/field.tsx';
import { PLATFORMS } from './platforms.ts';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CreateProjectDialog({ open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Create project">
      <CreateProjectForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function CreateProjectForm({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery);
  const organizations = (me?.organizations ?? []).filter(({ role }) => role !== 'member');
  const [name, setName] = useState('');
  const [platform, setPlatform] = useState('node');
  const [organization, setOrganization] = useState('');
  const target = organization || organizations[0]?.slug || '';

  const create = useMutation({
    mutationFn: () => api.createProject({ name: name.trim(), platform, organization: target }),
    onSuccess: async (project) => {
      await client.refetchQueries({ queryKey: projectsQuery.queryKey });
      onDone();
      await navigate({ to: '/projects/$slug/start', params: { slug: project.slug } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate();
  };
  const { error } = create;
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder="checkout"
        required
        maxLength={64}
        error={error === null ? null : `${error.message} ${error instanceof ApiError ? error.hint : ''}`}
      />
      <div>
        <label htmlFor="platform" className="mb-1.5 block text-sm font-medium">
          Platform
        </label>
        <select
          id="platform"
          className={INPUT}
          value={platform}
          onChange={(event) => setPlatform(event.target.value)}
        >
          {PLATFORMS.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </div>
      {organizations.length > 1 && (
        <div>
          <label htmlFor="organization" className="mb-1.5 block text-sm font-medium">
            Organization
          </label>
          <select
            id="organization"
            className={INPUT}
            value={target}
            onChange={(event) => setOrganization(event.target.value)}
          >
            {organizations.map(({ slug, name: label }) => (
              <option key={slug} value={slug}>
                {label}
              </option>
            ))}
          </select>
        </div>
      )}
      <div className="flex justify-end">
        <Button kind="primary" type="submit" disabled={create.isPending || target === ''}>
          {create.isPending ? 'Creating…' : 'Create project'}
        </Button>
      </div>
      {me !== undefined && organizations.length === 0 && (
        <p className="text-sm text-muted">Ask an owner or admin of your organization to create one.</p>
      )}
    </form>
  );
}

/** `/projects/:slug/settings`: its name and its keys. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api } from '../app/api.ts';
import { usePageTitle } from '../app/page-title.ts';
import { projectsQuery } from '../app/queries.ts';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { showToast } from '../ui/toast-store.ts';
import { GroupingCard } from './grouping-card.tsx';
import { ProjectKeys } from './project-keys.tsx';
import { Card, SettingsFrame } from './settings-frame.tsx';

export function ProjectSettingsPage() {
  const { project } = useLive();
  const client = useQueryClient();
  const [name, setName] = useState(project.name);
  usePageTitle(['Settings', project.name], project.unresolved);
  const rename = useMutation({
    mutationFn: () => api.renameProject(project.slug, name.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: projectsQuery.queryKey });
      showToast({ title: 'Saved' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <SettingsFrame title="Settings" note={project.name}>
      <Card title="Project">
        <form onSubmit={submit} className="flex flex-wrap items-end gap-3 p-4">
          <Field
            label="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            required
            maxLength={64}
            className="min-w-48 flex-1"
            error={rename.error?.message ?? null}
          />
          <Button
            type="submit"
            kind="primary"
            className="h-9"
            disabled={rename.isPending || name.trim() === '' || name.trim() === project.name}
          >
            Save
          </Button>
        </form>
        <dl className="grid grid-cols-2 gap-3 border-t border-line px-4 py-3 text-sm sm:grid-cols-3">
          <Fact name="Id" value={project.id} />
          <Fact name="Slug" value={project.slug} />
          <Fact name="Platform" value={project.platform ?? '–'} />
        </dl>
      </Card>
      <ProjectKeys slug={project.slug} />
      <GroupingCard slug={project.slug} />
    </SettingsFrame>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-faint">{name}</dt>
      <dd className="font-mono">{value}</dd>
    </div>
  );
}

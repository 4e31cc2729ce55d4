/** A project's name and what it is known by. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Project } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { projectsQuery } from '../app/queries.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { showToast } from '../ui/toast-store.ts';
import { AdminsOnly } from './admins-only.tsx';
import { Card } from './settings-frame.tsx';

export function ProjectCard({ project, may }: { project: Project; may: boolean }) {
  const client = useQueryClient();
  const [name, setName] = useState(project.name);
  const rename = useMutation({
    mutationFn: () => api.renameProject(project.slug, name.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: projectsQuery.queryKey });
      showToast({ title: 'Saved' });
    },
  });
  return (
    <Card title="Project">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate();
        }}
        className="p-4"
      >
        <AdminsOnly may={may}>
          <div className="flex flex-wrap items-end gap-3">
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
          </div>
        </AdminsOnly>
      </form>
      <dl className="grid grid-cols-2 gap-3 border-t border-line px-4 py-3 text-sm sm:grid-cols-3">
        <Fact name="Id" value={project.id} />
        <Fact name="Slug" value={project.slug} />
        <Fact name="Platform" value={project.platform ?? '–'} />
      </dl>
    </Card>
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

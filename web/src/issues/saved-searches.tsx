/** A menu of the project's saved searches, and the dialog that keeps the one that is shown. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bookmark, Lock, Trash2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import type { SavedSearch } from '../../../src/protocol/rest-saved-search.ts';
import { api, ApiError } from '../app/api.ts';
import { savedSearchesQuery } from '../app/queries.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { showToast } from '../ui/toast-store.ts';

interface Props {
  projectId: string;
  /** What is shown now, in the search syntax, and its order: this is what is saved. */
  query: string;
  sort: SavedSearch['sort'];
  onPick: (search: Pick<SavedSearch, 'query' | 'sort'>) => void;
}

export function SavedSearchMenu({ projectId, query, sort, onPick }: Props) {
  const client = useQueryClient();
  const { data: searches = [] } = useQuery(savedSearchesQuery(projectId));
  const [saving, setSaving] = useState(false);
  const shown = searches.find((one) => one.query === query && one.sort === sort);
  const remove = useMutation({
    mutationFn: (search: SavedSearch) => api.deleteSearch(projectId, search.id),
    onSuccess: (_, { name }) => showToast({ title: `Deleted the search ${name}` }),
    onError: (error) => showToast({ title: 'Not deleted', description: error.message, kind: 'error' }),
    onSettled: () => client.invalidateQueries({ queryKey: savedSearchesQuery(projectId).queryKey }),
  });
  return (
    <>
      <Menu
        label={shown === undefined ? 'Saved searches' : `Saved searches: ${shown.name}`}
        triggerClassName={buttonClass('secondary')}
        trigger={
          <>
            <Bookmark size={14} aria-hidden="true" />
            <span className="max-w-32 truncate">{shown?.name ?? 'Searches'}</span>
          </>
        }
      >
        {searches.map((search) => (
          <MenuItem key={search.id} onSelect={() => onPick(search)}>
            <span className="flex-1 truncate">{search.name}</span>
            {search.visibility === 'private' && (
              <Lock size={12} aria-label="only you" className="text-faint" />
            )}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem onSelect={() => setSaving(true)}>Save this search…</MenuItem>
        {shown?.editable === true && (
          <MenuItem danger onSelect={() => remove.mutate(shown)}>
            <Trash2 size={14} aria-hidden="true" />
            <span className="truncate">Delete “{shown.name}”</span>
          </MenuItem>
        )}
      </Menu>
      <Dialog open={saving} onOpenChange={setSaving} title="Save this search">
        <SaveForm projectId={projectId} query={query} sort={sort} onSaved={() => setSaving(false)} />
      </Dialog>
    </>
  );
}

type FormProps = Omit<Props, 'onPick'> & { onSaved: () => void };

function SaveForm({ projectId, query, sort, onSaved }: FormProps) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      api.saveSearch(projectId, {
        name: name.trim(),
        query,
        sort,
        visibility: shared ? 'shared' : 'private',
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: savedSearchesQuery(projectId).queryKey });
      onSaved();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') save.mutate();
  };
  return (
    <form onSubmit={send} className="space-y-4">
      <Field
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder="Checkout in production"
        required
        maxLength={100}
      />
      <p className="truncate font-mono text-sm text-muted">{query === '' ? 'all issues' : query}</p>
      <label className="flex items-center gap-2 text-sm">
        <input type="checkbox" checked={shared} onChange={(event) => setShared(event.target.checked)} />
        For everybody who sees this project
      </label>
      {save.error !== null && (
        <p role="alert" className="text-sm text-error">
          {save.error.message} {save.error instanceof ApiError && save.error.hint}
        </p>
      )}
      <div className="flex justify-end">
        <Button kind="primary" type="submit" disabled={save.isPending || name.trim() === ''}>
          Save
        </Button>
      </div>
    </form>
  );
}

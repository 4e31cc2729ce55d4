/** What is removed from events before they are stored, tried out on the newest one. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProjectSettings } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { CheckRow } from '../ui/check-row.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { AdminsOnly } from './admins-only.tsx';
import { fieldError, formError } from './field-error.ts';
import { SaveBar } from './save-bar.tsx';
import { Card } from './settings-frame.tsx';
import { UnsavedGuard } from './unsaved-guard.tsx';
import { linesOf, useSaveSettings } from './use-project-settings.ts';

type Scrub = ProjectSettings['scrub'];

/** null: no event is stored that it could be tried on. */
async function tryOnNewest(slug: string, scrub: Scrub) {
  const [newest] = (await api.events(slug, { limit: 1, since: '90d' })).items;
  if (newest === undefined) return null;
  const { paths } = await api.previewScrub(slug, { event_id: newest.id, scrub });
  return { title: newest.title, paths };
}

export function ScrubCard({ slug, saved, may }: { slug: string; saved: Scrub; may: boolean }) {
  const initial = saved.keys.join('\n');
  const [keys, setKeys] = useState(initial);
  const [addresses, setAddresses] = useState(saved.ip_addresses);
  const save = useSaveSettings(slug);
  const scrub: Scrub = { keys: linesOf(keys), ip_addresses: addresses };
  const preview = useMutation({ mutationFn: () => tryOnNewest(slug, scrub) });
  const typed = keys !== initial;
  const error = save.error ?? preview.error;
  return (
    <Card
      title="Scrubbing"
      lead="Passwords, tokens, cookies and card numbers are always removed before anything is stored. Here you add to that."
    >
      <form
        className="p-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ scrub });
        }}
      >
        <AdminsOnly may={may}>
          <CheckRow
            label="IP addresses"
            hint="Removes the addresses of users and clients."
            checked={addresses}
            onChange={setAddresses}
          />
          <TextArea
            label="More keys"
            placeholder={'iban\nbirthday'}
            hint="One word a line. A key that contains one of them, in any case, has its value replaced by [Filtered]."
            error={fieldError(error, 'scrub.keys')}
            value={keys}
            onChange={(event) => setKeys(event.target.value)}
          />
          <SaveBar
            changed={typed || addresses !== saved.ip_addresses}
            pending={save.isPending}
            error={formError(error, ['scrub.keys'])}
            onDiscard={() => {
              setKeys(initial);
              setAddresses(saved.ip_addresses);
              save.reset();
              preview.reset();
            }}
          >
            <Button disabled={preview.isPending} onClick={() => preview.mutate()}>
              {preview.isPending ? 'Trying…' : 'Try on the newest event'}
            </Button>
          </SaveBar>
        </AdminsOnly>
        {preview.data !== undefined && <Preview result={preview.data} />}
      </form>
      <UnsavedGuard changed={typed} />
    </Card>
  );
}

function Preview({ result }: { result: { title: string; paths: string[] } | null }) {
  return (
    <div role="status" className="mt-4 rounded-lg border border-line bg-sunken/50 p-3 text-sm">
      {result === null && 'No event is stored yet that it could be tried on.'}
      {result !== null && (
        <>
          <p className="text-muted">
            Of <span className="font-medium text-text">{result.title}</span>{' '}
            {result.paths.length === 0
              ? 'nothing more would be removed.'
              : `${result.paths.length === 100 ? 'at least 100' : result.paths.length} ${result.paths.length === 1 ? 'value' : 'values'} would be removed:`}
          </p>
          <ul className="mt-1.5 flex max-h-48 flex-wrap gap-1.5 overflow-y-auto">
            {result.paths.map((path) => (
              <li key={path} className="rounded bg-line px-1.5 font-mono text-xs leading-5 break-all">
                {path}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** `/projects/:slug/settings/storage`: how long events are kept, and what they take of the disk. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProjectStorage } from '../../../src/protocol/rest-storage.ts';
import { usePageTitle } from '../app/page-title.ts';
import { projectSettingsQuery, projectStorageQuery } from '../app/settings-queries.ts';
import { useLive } from '../live/project-live.tsx';
import { byteWords } from '../ui/byte-words.ts';
import { Field } from '../ui/field.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { AdminsOnly } from './admins-only.tsx';
import { fieldError, formError } from './field-error.ts';
import { SaveBar } from './save-bar.tsx';
import { Card, SettingsFrame } from './settings-frame.tsx';
import { useSaveSettings } from './use-project-settings.ts';
import { mayAdminister, useRole } from './use-role.ts';

export function StoragePage() {
  const { project } = useLive();
  const settings = useQuery(projectSettingsQuery(project.slug));
  const storage = useQuery(projectStorageQuery(project.slug));
  const may = mayAdminister(useRole(project.organization_slug));
  const failed = settings.error ?? storage.error;
  usePageTitle(['Storage', project.name], project.unresolved);
  return (
    <SettingsFrame title="Storage" note={project.name}>
      {failed !== null && (
        <ErrorState
          error={failed}
          onRetry={() => void Promise.all([settings.refetch(), storage.refetch()])}
        />
      )}
      {failed === null && (settings.data === undefined || storage.data === undefined) && (
        <Skeleton className="h-72 w-full" />
      )}
      {settings.data !== undefined && storage.data !== undefined && (
        <>
          <RetentionCard
            key={settings.data.retention_days}
            slug={project.slug}
            saved={settings.data.retention_days}
            inForce={storage.data.retention_days}
            may={may}
          />
          <UsageCard storage={storage.data} />
        </>
      )}
    </SettingsFrame>
  );
}

interface RetentionProps {
  slug: string;
  saved: number | null;
  inForce: number;
  may: boolean;
}

function RetentionCard({ slug, saved, inForce, may }: RetentionProps) {
  const initial = saved === null ? '' : String(saved);
  const [days, setDays] = useState(initial);
  const save = useSaveSettings(slug);
  return (
    <Card title="Retention" lead="Issues, their counts and charts stay; events and attachments go.">
      <form
        className="p-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ retention_days: days === '' ? null : Number(days) });
        }}
      >
        <AdminsOnly may={may}>
          <Field
            label="Days events are kept"
            type="number"
            min={1}
            max={3650}
            value={days}
            onChange={(event) => setDays(event.target.value)}
            placeholder={saved === null ? `${inForce}, as the instance says` : 'as the instance says'}
            hint="Empty: the default of the instance. Fewer days remove older events within the hour."
            error={fieldError(save.error, 'retention_days')}
            className="max-w-sm"
          />
          <SaveBar
            changed={days !== initial}
            pending={save.isPending}
            error={formError(save.error, ['retention_days'])}
            onDiscard={() => {
              setDays(initial);
              save.reset();
            }}
          />
        </AdminsOnly>
      </form>
    </Card>
  );
}

function UsageCard({ storage }: { storage: ProjectStorage }) {
  const { events, attachments, log } = storage;
  const rows = [
    {
      name: 'Events',
      ...events,
      note: events.oldest_day === null ? '' : `since ${events.oldest_day}`,
    },
    { name: 'Attachments', ...attachments, note: '' },
    { name: 'Stream log', ...log, note: 'what viewers who were away are sent' },
  ];
  return (
    <Card title="On the disk" lead="With the share of tables and indexes.">
      <table className="w-full text-left tabular-nums">
        <thead className="text-sm text-faint">
          <tr>
            <th className="px-4 py-2 font-medium">What</th>
            <th className="px-4 py-2 text-right font-medium">Rows</th>
            <th className="px-4 py-2 text-right font-medium">Size</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-y border-line">
          {rows.map(({ name, note, count, bytes }) => (
            <tr key={name}>
              <th scope="row" className="px-4 py-2 font-medium">
                {name} <span className="text-sm font-normal text-faint max-sm:block">{note}</span>
              </th>
              <td className="px-4 py-2 text-right">{count.toLocaleString('en')}</td>
              <td className="px-4 py-2 text-right whitespace-nowrap">{byteWords(bytes)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" className="px-4 py-2 font-semibold">
              Together
            </th>
            <td />
            <td className="px-4 py-2 text-right font-semibold whitespace-nowrap">
              {byteWords(storage.bytes)}
            </td>
          </tr>
        </tfoot>
      </table>
      <p className="px-4 pb-3 text-sm text-faint">
        Measured <Time value={storage.measured} form="ago" />.
      </p>
    </Card>
  );
}

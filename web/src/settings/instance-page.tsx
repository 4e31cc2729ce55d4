/** `/projects/:slug/settings/instance`: how the whole instance is. For its admins. */
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../app/api.ts';
import { usePageTitle } from '../app/page-title.ts';
import { meQuery } from '../app/queries.ts';
import { instanceQuery } from '../app/settings-queries.ts';
import { ErrorState } from '../ui/states.tsx';
import { InstanceHealth } from './instance-health.tsx';
import { InstanceQueues } from './instance-queues.tsx';
import { InstanceStorageCard } from './instance-storage-card.tsx';
import { Card, SettingsFrame } from './settings-frame.tsx';

const FORBIDDEN = new ApiError(
  403,
  'forbidden',
  'Only an admin of the instance may see this.',
  'Ask one of them; the project and your account are on the other pages.',
);

export function InstancePage() {
  usePageTitle(['Instance']);
  const { data: me } = useQuery(meQuery);
  const { data: instance } = useQuery(instanceQuery);
  return (
    <SettingsFrame title="Instance" {...(instance !== undefined && { note: `Mesher ${instance.version}` })}>
      {me?.is_instance_admin === false && <ErrorState error={FORBIDDEN} />}
      {me?.is_instance_admin === true && (
        <>
          <InstanceHealth />
          <InstanceQueues />
          <InstanceStorageCard />
          <BackupCard />
        </>
      )}
    </SettingsFrame>
  );
}

function BackupCard() {
  return (
    <Card title="Backup" lead="Everything in one checked file, also while the server runs.">
      <div className="space-y-2 p-4 text-muted">
        <pre className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-sm text-text">
          mesher backup mesher-backup.file
        </pre>
        <p>
          Run it on the server, for example every night, and keep the file on another machine.{' '}
          <code className="font-mono text-sm">mesher restore</code> brings it back. Before an update changes
          the embedded database, a backup is written by itself.
        </p>
      </div>
    </Card>
  );
}

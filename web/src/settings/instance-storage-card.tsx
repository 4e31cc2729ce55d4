/** What everything takes of the disk, against the budget, by project. */
import { useQuery } from '@tanstack/react-query';
import type { InstanceStorage } from '../../../src/protocol/rest-storage.ts';
import { instanceStorageQuery } from '../app/settings-queries.ts';
import { byteWords } from '../ui/byte-words.ts';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { Card } from './settings-frame.tsx';

const BUDGET_WORDS: Readonly<Record<InstanceStorage['budget_state'], string>> = {
  unlimited: 'No budget is set (MESHER_DISK_BUDGET): keep an eye on the disk.',
  ok: 'Within the budget.',
  near: 'More than 80 % of the budget is used; at 95 % the oldest days of events go.',
  over: 'The budget is used up: only today is left, and it is too much.',
};

export function InstanceStorageCard() {
  const { data, error, refetch } = useQuery(instanceStorageQuery);
  return (
    <Card title="Disk" lead="The size of the database, and what takes it.">
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-24" />}
      {data !== undefined && <Sizes storage={data} />}
    </Card>
  );
}

function Sizes({ storage }: { storage: InstanceStorage }) {
  const { database_bytes, wal_bytes, other_bytes, budget_bytes, budget_state, projects } = storage;
  const warns = budget_state === 'near' || budget_state === 'over';
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 px-4 py-3 sm:grid-cols-3">
        <Size name="Database" value={byteWords(database_bytes)} />
        <Size name="Write-ahead log" value={wal_bytes === null ? 'not visible' : byteWords(wal_bytes)} />
        <Size name="Budget" value={budget_bytes === null ? 'none' : byteWords(budget_bytes)} />
      </dl>
      <p className={`px-4 pb-3 text-sm ${warns ? 'text-error' : 'text-muted'}`}>
        {BUDGET_WORDS[budget_state]}
      </p>
      <table className="w-full text-left tabular-nums">
        <thead className="text-sm text-faint">
          <tr className="border-t border-line">
            <th className="px-4 py-2 font-medium">Project</th>
            <th className="px-4 py-2 text-right font-medium">Events</th>
            <th className="px-4 py-2 text-right font-medium max-sm:hidden">Attachments</th>
            <th className="px-4 py-2 text-right font-medium">Size</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">
          {projects.map(({ id, name, events, attachments, bytes }) => (
            <tr key={id}>
              <th scope="row" className="px-4 py-2 font-medium">
                {name}
              </th>
              <td className="px-4 py-2 text-right">{events.count.toLocaleString('en')}</td>
              <td className="px-4 py-2 text-right max-sm:hidden">{byteWords(attachments.bytes)}</td>
              <td className="px-4 py-2 text-right whitespace-nowrap">{byteWords(bytes)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row" className="px-4 py-2 font-normal text-muted" colSpan={2}>
              Issues, counters, accounts, PostgreSQL itself
            </th>
            <td className="max-sm:hidden" />
            <td className="px-4 py-2 text-right whitespace-nowrap">{byteWords(other_bytes)}</td>
          </tr>
        </tbody>
      </table>
    </>
  );
}

function Size({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-sm text-faint">{name}</dt>
      <dd className="font-semibold tabular-nums">{value}</dd>
    </div>
  );
}

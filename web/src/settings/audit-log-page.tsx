/** `/projects/:slug/settings/audit-log`: who changed what in the organization, newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import type { AuditEntry } from '../../../src/protocol/rest.ts';
import { usePageTitle } from '../app/page-title.ts';
import { auditLogQuery } from '../app/settings-queries.ts';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { actionWords, dataWords } from './audit-words.ts';
import { Card, SettingsFrame } from './settings-frame.tsx';

export function AuditLogPage() {
  usePageTitle(['Audit log']);
  const { project } = useLive();
  const log = useInfiniteQuery(auditLogQuery(project.organization_slug));
  const entries = log.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <SettingsFrame title="Audit log" note={project.organization_slug}>
      <Card
        title="Audit log"
        lead="Who changed what about people, access and projects, and from where. It outlives whom it names."
      >
        {log.isPending && <SkeletonRows rows={6} />}
        {log.isError && <ErrorState error={log.error} onRetry={() => void log.refetch()} />}
        {log.isSuccess && entries.length === 0 && (
          <EmptyState icon={<ScrollText size={28} aria-hidden="true" />} title="Nothing was changed yet" />
        )}
        <ul aria-label="Entries" className="divide-y divide-line">
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ul>
        {log.hasNextPage && (
          <div className="border-t border-line p-3 text-center">
            <Button size="sm" disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
              {log.isFetchingNextPage ? 'Loading…' : 'Show older'}
            </Button>
          </div>
        )}
      </Card>
    </SettingsFrame>
  );
}

function Entry({ entry: { actor, action, data, ip, at, token_id, target } }: { entry: AuditEntry }) {
  const details = [
    dataWords(data),
    target !== null && `on ${target}`,
    token_id !== null && 'with an API token',
  ];
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <span className="font-medium">
            {actor?.email ?? 'The command line, or nobody with an account,'}
          </span>{' '}
          {actionWords(action)}
        </p>
        <p className="text-sm break-words text-faint">{details.filter(Boolean).join(' · ')}</p>
      </div>
      <div className="shrink-0 text-right text-sm text-faint">
        <Time value={at} form="ago" />
        {ip !== null && <div className="font-mono text-xs">{ip}</div>}
      </div>
    </li>
  );
}

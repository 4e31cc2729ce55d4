/** `/projects/:slug/live`: every event as it arrives. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Pause, Play, Radio, Trash2 } from 'lucide-react';
import { useCallback, useMemo, useRef } from 'react';
import { LEVELS } from '../../../src/event.ts';
import { useHotkeys } from '../app/hotkeys.ts';
import { useOfferActions } from '../app/page-actions.ts';
import { usePageTitle } from '../app/page-title.ts';
import { QueryBar } from '../issues/query-bar.tsx';
import { valueOf, withTerm } from '../issues/query-terms.ts';
import { ConnectionBadge } from '../live/connection-badge.tsx';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Select, type SelectOption } from '../ui/select.tsx';
import { EmptyState } from '../ui/states.tsx';
import { LiveList } from './live-list.tsx';
import { RateBar } from './rate-bar.tsx';
import { useLiveRows } from './use-live-rows.ts';

const ANY = 'all';
const LEVEL_OPTIONS: readonly SelectOption<string>[] = [
  { value: ANY, label: 'Any' },
  ...LEVELS.toReversed().map((level) => ({ value: level, label: level })),
];

export function LivePage() {
  const { project } = useLive();
  const filter = useSearch({ from: '/session/projects/$slug/live' });
  const navigate = useNavigate({ from: '/projects/$slug/live' });
  const live = useLiveRows(project, filter);
  const paused = live.state === 'paused';
  usePageTitle(['Live', project.name], project.unresolved);

  const search = useRef<{ focus: () => void }>(null);
  const setQuery = useCallback((q: string) => void navigate({ search: { q }, replace: true }), [navigate]);
  const toggle = paused ? live.resume : live.pause;
  useHotkeys({ p: toggle, ' ': toggle, '/': () => search.current?.focus() });
  useOfferActions(
    useMemo(
      () => [{ label: paused ? 'Resume the stream' : 'Pause the stream', key: 'p', run: toggle }],
      [paused, toggle],
    ),
  );

  return (
    <>
      <PageHeader title="Live">
        <ConnectionBadge state={live.state} className="max-md:hidden" />
      </PageHeader>
      <div className="flex flex-wrap items-start gap-2 border-b border-line px-3 py-2.5 sm:px-5">
        <QueryBar value={filter.q} me={null} onChange={setQuery} focusRef={search} scope="events" />
        <Select
          label="Level"
          value={valueOf(filter.q, 'level') ?? ANY}
          options={LEVEL_OPTIONS}
          onChange={(level) => setQuery(withTerm(filter.q, 'level', level === ANY ? null : level))}
        />
        <div className="ml-auto flex items-center gap-2">
          <Button kind="ghost" size="sm" onClick={live.clear}>
            <Trash2 size={14} aria-hidden="true" />
            Clear
          </Button>
          <Button size="sm" kind={paused ? 'primary' : 'secondary'} onClick={toggle}>
            {paused ? <Play size={14} aria-hidden="true" /> : <Pause size={14} aria-hidden="true" />}
            {paused ? 'Resume' : 'Pause'}
          </Button>
        </div>
      </div>
      <RateBar rates={live.rates} />
      {live.error !== null && (
        <p role="alert" className="border-b border-line bg-error/10 px-5 py-2 text-error">
          {live.error}
        </p>
      )}
      {live.rows.length === 0 ? (
        <EmptyState icon={<Radio size={30} aria-hidden="true" />} title="Listening">
          <p>Events appear here the moment they are stored.</p>
        </EmptyState>
      ) : (
        <LiveList rows={live.rows} slug={project.slug} onLoad={live.load} />
      )}
    </>
  );
}

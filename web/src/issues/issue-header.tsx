/** Title, status and actions of an issue. */
import { Link } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import type { Issue } from '../../../src/protocol/rest.ts';
import { useLive } from '../live/project-live.tsx';
import { LevelBadge } from '../ui/level.tsx';
import { IssueActions } from './issue-actions.tsx';
import { headline } from './issue-row.tsx';
import { lastList } from './list-search.ts';
import { StatusBadge } from './status-badge.tsx';
import { untilWords } from './until-words.ts';

export function IssueHeader({ issue }: { issue: Issue }) {
  const { project } = useLive();
  const { strong, rest } = headline(issue);
  return (
    <header className="border-b border-line px-3 pt-3 pb-4 sm:px-5">
      <div className="flex items-center gap-2">
        <Link
          to="/projects/$slug/issues"
          params={{ slug: project.slug }}
          search={lastList(project.slug)}
          className="-ml-1 inline-flex items-center gap-1 rounded text-sm text-muted hover:text-text"
        >
          <ChevronLeft size={15} aria-hidden="true" />
          Issues
        </Link>
        <span className="text-sm text-faint">#{issue.id}</span>
      </div>
      <h1
        className="mt-2 text-xl leading-snug font-semibold tracking-[-0.015em] break-words"
        aria-label={issue.title}
      >
        {strong}
        {rest !== '' && (
          <span className="block text-base font-normal tracking-normal text-muted">{rest}</span>
        )}
      </h1>
      <p className="mt-1 font-mono text-[0.78rem] break-all text-faint">{issue.culprit}</p>
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <StatusBadge status={issue.status} />
        {issue.status !== 'unresolved' && issue.until && (
          <span className="text-sm text-muted">{untilWords(issue.until)}</span>
        )}
        <LevelBadge level={issue.level} />
        <span className="text-sm text-muted">{issue.platform}</span>
      </div>
      {issue.moving && <Moving moving={issue.moving} />}
      <div className="mt-4">
        <IssueActions issue={issue} />
      </div>
    </header>
  );
}

/** The issue is what it will be; only rows are still to be moved. */
function Moving({ moving: { kind, done, total } }: { moving: NonNullable<Issue['moving']> }) {
  const number = (value: number) => value.toLocaleString('en');
  return (
    <p data-testid="moving" className="mt-2 text-sm text-muted tabular-nums">
      {kind === 'merge' ? 'Merging' : 'Taking apart'}: {number(Math.min(done, total))} of {number(total)}{' '}
      events
    </p>
  );
}

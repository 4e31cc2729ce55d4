/** `/projects/:slug/start`: the DSN, a snippet, and the first event the moment it arrives. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowRight, CircleCheckBig, Send } from 'lucide-react';
import { useEffect, useState } from 'react';
import { followProject } from '../../../src/client/stream-client.ts';
import type { Level } from '../../../src/event.ts';
import type { Project } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { usePageTitle } from '../app/page-title.ts';
import { keysQuery, projectsQuery } from '../app/queries.ts';
import { frameBatch } from '../live/frame-batch.ts';
import { isEventMessage, type StreamMessage } from '../live/messages.ts';
import { pageLink } from '../live/page-link.ts';
import { useLive } from '../live/project-live.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { LevelMark } from '../ui/level.tsx';
import { Glyph } from '../ui/logo.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { showToast } from '../ui/toast-store.ts';
import { PLATFORMS, type PlatformId } from './platforms.ts';
import { sendTestEvent } from './send-test-event.ts';
import { snippet } from './snippets.ts';

export function OnboardingPage() {
  const { project } = useLive();
  const keys = useQuery(keysQuery(project.slug));
  const dsn = keys.data?.find((key) => key.revoked_at === null)?.dsn;
  usePageTitle(['Send events', project.name], project.unresolved);
  return (
    <>
      <PageHeader title="Send events" note={project.name} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-3xl space-y-8 px-4 py-8 sm:px-6">
          {keys.isPending && <Skeleton className="h-72 w-full" />}
          {keys.isError && <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />}
          {keys.isSuccess && dsn === undefined && (
            <p className="text-muted">
              This project has no active key.{' '}
              <Link
                to="/projects/$slug/settings"
                params={{ slug: project.slug }}
                className="text-accent underline"
              >
                Create one in its settings.
              </Link>
            </p>
          )}
          {dsn !== undefined && (
            <>
              <DsnBox dsn={dsn} />
              <Snippets dsn={dsn} platform={project.platform} />
              <FirstEvent project={project} dsn={dsn} />
            </>
          )}
        </div>
      </div>
    </>
  );
}

function DsnBox({ dsn }: { dsn: string }) {
  return (
    <section aria-labelledby="dsn-title">
      <h2 id="dsn-title" className="font-semibold">
        1. Point a Sentry SDK here
      </h2>
      <p className="mt-1 mb-3 text-muted">Any Sentry SDK works unchanged: only its DSN is different.</p>
      <div className="flex items-center gap-2 rounded-lg border border-line-strong bg-sunken py-1.5 pr-1.5 pl-3">
        <code
          data-testid="dsn"
          className="min-w-0 flex-1 overflow-x-auto font-mono text-sm whitespace-nowrap"
        >
          {dsn}
        </code>
        <CopyButton text={dsn} label="Copy DSN" showLabel kind="secondary" />
      </div>
    </section>
  );
}

function Snippets({ dsn, platform }: { dsn: string; platform: string | null }) {
  const search = useSearch({ from: '/session/projects/$slug/start' });
  const navigate = useNavigate({ from: '/projects/$slug/start' });
  const chosen = platformOf(search.platform) ?? platformOf(platform) ?? 'node';
  const { install, files } = snippet(chosen, dsn);
  return (
    <section aria-labelledby="snippet-title">
      <h2 id="snippet-title" className="mb-3 font-semibold">
        2. Throw something
      </h2>
      <div role="group" aria-label="Platform" className="mb-3 flex flex-wrap gap-1.5">
        {PLATFORMS.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            aria-pressed={id === chosen}
            onClick={() => void navigate({ search: { platform: id }, replace: true })}
            className="h-7.5 rounded-md border border-line px-3 text-sm font-medium text-muted hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent/10 aria-pressed:text-text"
          >
            {label}
          </button>
        ))}
      </div>
      <div className="space-y-2">
        {install !== null && <Code text={install} title="install" />}
        {files.map(({ name, code }) => (
          <Code key={name} text={code} title={name} />
        ))}
      </div>
    </section>
  );
}

function platformOf(id: string | null | undefined): PlatformId | undefined {
  return PLATFORMS.find((platform) => platform.id === id)?.id;
}

function Code({ text, title }: { text: string; title: string }) {
  return (
    <figure className="overflow-hidden rounded-lg border border-line bg-sunken">
      <figcaption className="flex items-center justify-between border-b border-line py-1 pr-1.5 pl-3 text-sm text-faint">
        {title}
        <CopyButton text={text} label={`Copy ${title}`} />
      </figcaption>
      <pre tabIndex={0} aria-label={title} className="overflow-x-auto p-3 font-mono text-[0.78rem] leading-5">
        <code>{text}</code>
      </pre>
    </figure>
  );
}

interface Arrived {
  issueId: string;
  title: string;
  level: Level;
}

/** The next event of the project, from a subscription of its own; in an empty project also one that was faster. */
function useNextEvent(project: Project, wasEmpty: boolean): Arrived | null {
  const client = useQueryClient();
  const [arrived, setArrived] = useState<Arrived | null>(null);
  const { id, slug } = project;
  useEffect(() => {
    const arrive = (event: Arrived) => {
      setArrived((old) => old ?? event);
      void client.invalidateQueries({ queryKey: projectsQuery.queryKey });
    };
    const lookBack = async () => {
      const { items } = await api.events(slug, { limit: 1 });
      const first = items[0];
      if (first !== undefined) arrive({ issueId: first.issue_id, title: first.title, level: first.level });
    };
    let lookedBack = !wasEmpty;
    const batch = frameBatch<StreamMessage>((messages) => {
      const found = messages.find(isEventMessage);
      if (found !== undefined) {
        arrive({ issueId: found.issue_id, title: found.data.title, level: found.data.level });
      } else if (!lookedBack && messages.some((message) => message.type === 'subscribed')) {
        lookedBack = true;
        lookBack().catch(() => undefined);
      }
    });
    const stream = followProject(pageLink, {
      projectId: id,
      scope: 'events',
      payload: 'full',
      onMessage: batch.push,
    });
    return () => {
      stream.close();
      batch.stop();
    };
  }, [client, id, slug, wasEmpty]);
  return arrived;
}

function FirstEvent({ project, dsn }: { project: Project; dsn: string }) {
  const [wasEmpty] = useState(project.first_event_at === null);
  const event = useNextEvent(project, wasEmpty);
  const send = useMutation({
    mutationFn: () => sendTestEvent(dsn),
    onError: (error) =>
      showToast({ title: 'The test event was refused', description: error.message, kind: 'error' }),
  });
  return (
    <section aria-labelledby="first-title" aria-live="polite">
      <h2 id="first-title" className="mb-3 font-semibold">
        3. See it arrive
      </h2>
      {event === null ? (
        <div className="flex flex-wrap items-center gap-4 rounded-lg border border-dashed border-line-strong px-4 py-5">
          <span className="animate-pulse-dot">
            <Glyph size={26} />
          </span>
          <div className="min-w-40 flex-1">
            <p className="font-medium">
              {project.first_event_at === null
                ? 'Waiting for the first event…'
                : 'Waiting for the next event…'}
            </p>
            <p className="text-sm text-muted">This page changes by itself. No need to reload.</p>
          </div>
          <Button disabled={send.isPending} onClick={() => send.mutate()}>
            <Send size={14} aria-hidden="true" />
            Send a test event
          </Button>
        </div>
      ) : (
        <div className="animate-enter rounded-lg border border-accent bg-accent/6 px-4 py-4">
          <p className="flex items-center gap-2 font-semibold text-accent">
            <CircleCheckBig size={17} aria-hidden="true" />
            {wasEmpty ? 'The first event is here' : 'An event is here'}
          </p>
          <div className="mt-3 flex flex-wrap items-center gap-3">
            <LevelMark level={event.level} size={12} />
            <span className="min-w-40 flex-1 font-medium break-words">{event.title}</span>
            <Link
              to="/projects/$slug/issues/$issueId"
              params={{ slug: project.slug, issueId: event.issueId }}
              className={classNames(buttonClass('primary'))}
            >
              Open the issue
              <ArrowRight size={15} aria-hidden="true" />
            </Link>
          </div>
        </div>
      )}
    </section>
  );
}

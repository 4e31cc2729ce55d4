/** Everything an event holds, in the order a person asks for it. */
import type { Json, SentryEvent } from '../../../src/event.ts';
import type { EventDetail } from '../../../src/protocol/rest.ts';
import { useLive } from '../live/project-live.tsx';
import { Attachments } from './attachments.tsx';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { EventFeedback } from './event-feedback.tsx';
import { EventNotes } from './event-notes.tsx';
import { EventTools } from './event-tools.tsx';
import { FeatureFlags, flagsOf } from './feature-flags.tsx';
import { RawJson } from './raw-json.tsx';
import { RequestSection } from './request-section.tsx';
import { KeyValues, Section } from './section.tsx';
import { StackTraces } from './stack-trace.tsx';

export function EventView({ detail }: { detail: EventDetail }) {
  const { event } = detail;
  const { slug } = useLive().project;
  const flags = flagsOf(event.contexts);
  const contexts = Object.entries(event.contexts ?? {}).filter(
    ([name]) => name !== 'flags' || flags.length === 0,
  );
  return (
    <>
      <EventTools detail={detail} slug={slug} />
      {event.tags.length > 0 && <Tags tags={event.tags} />}
      {event.message !== undefined && (event.exception ?? []).length === 0 && (
        <Section title="Message">
          <pre className="rounded-lg border border-line bg-sunken p-3 font-mono text-[0.78rem] whitespace-pre-wrap">
            {event.message}
          </pre>
        </Section>
      )}
      <StackTraces event={event} />
      <EventFeedback slug={slug} eventId={detail.id} />
      {(event.breadcrumbs ?? []).length > 0 && (
        <Breadcrumbs crumbs={event.breadcrumbs ?? []} at={event.timestamp} />
      )}
      {event.request !== undefined && <RequestSection request={event.request} />}
      {event.user !== undefined && <UserSection user={event.user} />}
      {flags.length > 0 && <FeatureFlags flags={flags} />}
      {contexts.length > 0 && (
        <Section title="Contexts">
          <div className="grid gap-4 xl:grid-cols-2">
            {contexts.map(([name, values]) => (
              <div key={name} className="min-w-0">
                <h3 className="mb-1.5 text-sm font-medium text-muted">{name}</h3>
                <KeyValues rows={Object.entries(values)} />
              </div>
            ))}
          </div>
        </Section>
      )}
      {event.extra !== undefined && Object.keys(event.extra).length > 0 && (
        <Section title="Extra">
          <KeyValues rows={Object.entries(event.extra)} />
        </Section>
      )}
      <Attachments slug={slug} eventId={detail.id} />
      <EventFacts event={event} />
      {(event.notes ?? []).length > 0 && <EventNotes event={event} notes={event.notes ?? []} />}
      <RawJson event={event} />
    </>
  );
}

function Tags({ tags }: { tags: readonly [string, string][] }) {
  return (
    <Section title="Tags">
      <ul aria-label="Tags" className="flex flex-wrap gap-1.5">
        {tags.map(([key, value]) => (
          <li
            key={key}
            className="flex max-w-full overflow-hidden rounded-md border border-line text-sm leading-6"
          >
            <span className="bg-sunken px-2 text-muted">{key}</span>
            <span className="truncate border-l border-line px-2 font-medium" title={value}>
              {value}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function UserSection({ user }: { user: NonNullable<SentryEvent['user']> }) {
  const { data, geo, ...rest } = user;
  const rows: [string, Json | undefined][] = [
    ...Object.entries(rest),
    ['geo', geo],
    ...Object.entries(data ?? {}),
  ];
  return (
    <Section title="User">
      <KeyValues rows={rows} />
    </Section>
  );
}

function EventFacts({ event }: { event: SentryEvent }) {
  const sdk =
    event.sdk?.name === undefined ? undefined : `${event.sdk.name} ${event.sdk.version ?? ''}`.trim();
  const modules = Object.entries(event.modules ?? {});
  return (
    <Section title="Event">
      <KeyValues
        rows={[
          ['id', event.event_id],
          ['occurred', new Date(event.timestamp).toISOString()],
          ['received', new Date(event.received).toISOString()],
          ['platform', event.platform],
          ['sdk', sdk],
          ['release', event.release],
          ['dist', event.dist],
          ['environment', event.environment],
          ['server', event.server_name],
          ['transaction', event.transaction],
          ['logger', event.logger],
          ['fingerprint', event.fingerprint],
        ]}
      />
      {modules.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-sm text-muted">{modules.length} modules</summary>
          <div className="mt-2">
            <KeyValues rows={modules} />
          </div>
        </details>
      )}
    </Section>
  );
}

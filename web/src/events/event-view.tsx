/** Everything an event holds, in the order a person asks for it. */
import { Download, TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { EventNote, Json, SentryEvent } from '../../../src/event.ts';
import type { EventDetail } from '../../../src/protocol/rest.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { RequestSection } from './request-section.tsx';
import { KeyValues, Section } from './section.tsx';
import { StackTraces } from './stack-trace.tsx';

export function EventView({ detail }: { detail: EventDetail }) {
  const { event } = detail;
  const contexts = Object.entries(event.contexts ?? {});
  return (
    <>
      {event.tags.length > 0 && <Tags tags={event.tags} />}
      {event.message !== undefined && (event.exception ?? []).length === 0 && (
        <Section title="Message">
          <pre className="rounded-lg border border-line bg-sunken p-3 font-mono text-[0.78rem] whitespace-pre-wrap">
            {event.message}
          </pre>
        </Section>
      )}
      <StackTraces event={event} />
      {(event.breadcrumbs ?? []).length > 0 && <Breadcrumbs crumbs={event.breadcrumbs ?? []} />}
      {event.request !== undefined && <RequestSection request={event.request} />}
      {event.user !== undefined && <UserSection user={event.user} />}
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
      <EventFacts event={event} />
      {(event.notes ?? []).length > 0 && <Notes notes={event.notes ?? []} />}
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

const NOTE_WORDS: Record<EventNote['kind'], string> = {
  cut: 'was cut',
  removed: 'was removed',
  replaced: 'was replaced',
};

function Notes({ notes }: { notes: readonly EventNote[] }) {
  return (
    <Section title="What was changed on receipt" note={notes.length}>
      <ul aria-label="Changes on receipt" className="space-y-1.5">
        {notes.map((note, index) => (
          <li key={index} className="flex gap-2">
            <TriangleAlert size={14} className="mt-1 shrink-0 text-warning" aria-hidden="true" />
            <span>
              <code className="font-mono text-[0.78rem]">{note.path}</code> {NOTE_WORDS[note.kind]} (
              {note.reason.replaceAll('_', ' ')}
              {note.original_length === undefined ? '' : `, was ${note.original_length} long`})
              {note.original !== undefined && (
                <>
                  : <code className="font-mono text-[0.78rem]">{note.original}</code>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function RawJson({ event }: { event: SentryEvent }) {
  const [open, setOpen] = useState(false);
  const text = useMemo(() => (open ? JSON.stringify(event, null, 2) : ''), [event, open]);
  const download = () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(event, null, 2)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${event.event_id}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  return (
    <Section
      title="Raw JSON"
      actions={
        <>
          <CopyButton
            text={() => JSON.stringify(event, null, 2)}
            label="Copy JSON"
            showLabel
            kind="secondary"
          />
          <Button size="sm" onClick={download}>
            <Download size={14} aria-hidden="true" />
            Download
          </Button>
          <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide JSON' : 'Show JSON'}
          </Button>
        </>
      }
    >
      {open && (
        <pre
          aria-label="Event JSON"
          className="max-h-150 overflow-auto rounded-lg border border-line bg-sunken p-3 font-mono text-[0.78rem] leading-5"
        >
          {text}
        </pre>
      )}
    </Section>
  );
}

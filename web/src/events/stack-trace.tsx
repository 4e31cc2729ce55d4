/** The exceptions of an event with their stacks: outermost first, chained causes below, each folded on its own. */
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import type { Exception, SentryEvent, Stacktrace } from '../../../src/event.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { openedFrame, stackRows } from './frame-order.ts';
import { Section } from './section.tsx';
import { StackFrame } from './stack-frame.tsx';

interface View {
  appOnly: boolean;
  newestFirst: boolean;
}

export function StackTraces({ event }: { event: SentryEvent }) {
  const [view, setView] = useState<View>({ appOnly: true, newestFirst: true });
  const exceptions = event.exception ?? [];
  const ordered = view.newestFirst ? exceptions.toReversed() : exceptions;
  const threads = (event.threads ?? []).filter((thread) => (thread.stacktrace?.frames.length ?? 0) > 0);
  if (exceptions.length === 0 && event.stacktrace === undefined && threads.length === 0) return null;
  return (
    <Section
      title={exceptions.length > 0 ? 'Exception' : 'Stack trace'}
      note={exceptions.length > 1 ? `${exceptions.length} chained` : undefined}
      actions={<ViewSwitches view={view} onChange={setView} />}
    >
      <div className="space-y-5">
        {ordered.map((exception, index) => (
          <ExceptionBlock key={index} exception={exception} view={view} chained={index > 0} />
        ))}
        {event.stacktrace !== undefined && <Frames stack={event.stacktrace} view={view} />}
        {exceptions.length === 0 &&
          threads.map((thread, index) =>
            thread.stacktrace === undefined ? null : (
              <div key={index}>
                <h3 className="mb-2 text-sm font-medium">
                  Thread {thread.name ?? thread.id ?? index}
                  {thread.crashed && <span className="ml-2 text-error">crashed</span>}
                </h3>
                <Frames stack={thread.stacktrace} view={view} />
              </div>
            ),
          )}
      </div>
    </Section>
  );
}

function ViewSwitches({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <>
      <Button
        size="sm"
        aria-pressed={view.newestFirst}
        onClick={() => onChange({ ...view, newestFirst: !view.newestFirst })}
      >
        {view.newestFirst ? 'Newest first' : 'Oldest first'}
      </Button>
      <div role="group" aria-label="Frames" className="flex rounded-md border border-line-strong p-0.5">
        {[true, false].map((appOnly) => (
          <button
            key={String(appOnly)}
            type="button"
            aria-pressed={view.appOnly === appOnly}
            onClick={() => onChange({ ...view, appOnly })}
            className="h-6 rounded px-2.5 text-sm text-muted hover:text-text aria-pressed:bg-active aria-pressed:font-medium aria-pressed:text-text"
          >
            {appOnly ? 'In app' : 'All frames'}
          </button>
        ))}
      </div>
    </>
  );
}

interface BlockProps {
  exception: Exception;
  view: View;
  chained: boolean;
}

function ExceptionBlock({ exception, view, chained }: BlockProps) {
  const { mechanism } = exception;
  const facts = [
    mechanism?.type === undefined ? null : `mechanism ${mechanism.type}`,
    mechanism?.handled === undefined ? null : mechanism.handled ? 'handled' : 'unhandled',
    exception.module === undefined ? null : `module ${exception.module}`,
  ].filter((fact) => fact !== null);
  const id = useId();
  const [open, setOpen] = useState(true);
  return (
    <div>
      {chained && <div className="mb-1 text-sm text-faint">caused by</div>}
      <h3 className="-ml-1.5">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          className="flex max-w-full items-start gap-1 rounded-md px-1.5 text-left font-semibold hover:bg-hover"
        >
          <ChevronRight
            size={14}
            aria-hidden="true"
            className={classNames('mt-1 shrink-0 text-faint transition-transform', open && 'rotate-90')}
          />
          <span className="min-w-0 break-words">{exception.type ?? 'Error'}</span>
        </button>
      </h3>
      {exception.value !== undefined && (
        <p
          className={classNames(
            'mt-0.5 font-mono text-sm text-muted',
            open ? 'break-words whitespace-pre-wrap' : 'truncate',
          )}
        >
          {exception.value}
        </p>
      )}
      <div id={id} hidden={!open}>
        {facts.length > 0 && <p className="mt-1 text-sm text-faint">{facts.join(' · ')}</p>}
        {exception.stacktrace !== undefined && (
          <div className="mt-3">
            <Frames stack={exception.stacktrace} view={view} />
          </div>
        )}
      </div>
    </div>
  );
}

function Frames({ stack, view }: { stack: Stacktrace; view: View }) {
  const rows = stackRows(stack.frames, view.appOnly, view.newestFirst);
  const opened = openedFrame(stack.frames);
  return (
    <ol aria-label="Stack frames" className="overflow-hidden rounded-lg border border-line">
      {rows.map((row, index) =>
        row.kind === 'frame' ? (
          <StackFrame key={`f${row.index}`} frame={row.frame} opened={row.index === opened} />
        ) : (
          <li
            key={`h${index}`}
            className="border-b border-line bg-sunken/60 px-3 py-1 pl-9 text-sm text-faint last:border-b-0"
          >
            {row.count === 1 ? '1 frame of libraries' : `${row.count} frames of libraries`} hidden
          </li>
        ),
      )}
      {stack.frames_omitted !== undefined && (
        <li className="px-3 py-1 pl-9 text-sm text-warning">
          {stack.frames_omitted} frames were cut from the middle: the stack was longer than the limit
        </li>
      )}
    </ol>
  );
}

/**
 * Stored frames carry what the rules decided (`in_app`), so that the page shows what grouping saw; what the SDK sent
 * is kept in `data.orig_in_app` (1, 0, -1 = nothing) where it differs, so that an event can be grouped again.
 */
import type { Frame, SentryEvent, Stacktrace } from './event.ts';
import type { InApp } from './group/v1/variants.ts';

export function markInApp(event: SentryEvent, inApp: InApp): void {
  event.exception?.forEach((exception, i) => markFrames(exception.stacktrace, inApp.exceptions[i]));
  event.threads?.forEach((thread, i) => markFrames(thread.stacktrace, inApp.threads[i]));
  markFrames(event.stacktrace, inApp.stacktrace);
}

/** Undoes it, in place. */
export function restoreInApp(event: SentryEvent): SentryEvent {
  event.exception?.forEach((exception) => exception.stacktrace?.frames.forEach(restoreFrame));
  event.threads?.forEach((thread) => thread.stacktrace?.frames.forEach(restoreFrame));
  event.stacktrace?.frames.forEach(restoreFrame);
  return event;
}

function markFrames(
  stacktrace: Stacktrace | undefined,
  decided: readonly boolean[] | null | undefined,
): void {
  stacktrace?.frames.forEach((frame, i) => {
    const inApp = decided?.[i];
    if (inApp === undefined || frame.in_app === inApp) return;
    // "Nothing" and "no" are the same to grouping: nothing needs to be remembered.
    if (frame.in_app !== undefined || inApp)
      frame.data = { ...frame.data, orig_in_app: frame.in_app === undefined ? -1 : Number(frame.in_app) };
    frame.in_app = inApp;
  });
}

function restoreFrame(frame: Frame): void {
  const original = frame.data?.['orig_in_app'];
  if (original === -1) delete frame.in_app;
  else if (original === 0 || original === 1) frame.in_app = original === 1;
}

/** GR12: where an issue happened, in one short line under its title. */
import type { Frame, SentryEvent } from '../event.ts';
import { platformFamily } from './v1/platform.ts';

const MAX_CULPRIT = 200;

export function eventCulprit(event: SentryEvent, frame: Frame | null): string {
  const culprit =
    event.transaction ||
    event.culprit ||
    (frame ? frameCulprit(frame, event.platform) : '') ||
    reportCulprit(event);
  return culprit.length > MAX_CULPRIT ? culprit.slice(0, MAX_CULPRIT) : culprit;
}

/** `module in function`; JavaScript: `function(file)`. */
function frameCulprit(frame: Frame, eventPlatform: string): string {
  const where = frame.module || frame.filename || frame.abs_path || '';
  if (!where && !frame.function) return '';
  if (platformFamily(frame.platform || eventPlatform) === 'javascript')
    return `${frame.function || '?'}(${where})`;
  if (!where) return frame.function ?? '';
  return frame.function ? `${where} in ${frame.function}` : where;
}

function reportCulprit(event: SentryEvent): string {
  const directive = event.csp?.['effective_directive'] ?? event.csp?.['violated_directive'];
  return typeof directive === 'string' ? directive : '';
}

/** GR12: what an issue is called. The title follows the latest event; the hash never depends on it. */
import type { Exception, SentryEvent } from '../event.ts';

const MAX_TITLE = 256;

export interface Title {
  readonly title: string;
  readonly type: string | null;
  readonly value: string | null;
}

export function eventTitle(
  event: SentryEvent,
  exception: Exception | null,
  crashFunction: string | null,
): Title {
  if (exception) {
    const type = exception.type || null;
    const value = exception.value || null;
    const line = value === null ? '' : firstLine(value);
    // Native crashes are all called SIGSEGV: the function that crashed says more.
    const head = (exception.mechanism?.synthetic && crashFunction) || type || crashFunction || '<unknown>';
    return {
      title: cut(line ? `${type || exception.mechanism?.synthetic ? `${head}: ` : ''}${line}` : head),
      type,
      value,
    };
  }
  const report = reportTitle(event);
  if (report) return { title: cut(report), type: null, value: null };
  const message = event.logentry?.formatted || event.message || event.logentry?.message || '';
  const line = firstLine(message);
  return { title: line ? cut(line) : '<unlabeled event>', type: null, value: message || null };
}

function firstLine(text: string): string {
  return (
    text
      .slice(0, 8192)
      .trimStart()
      .split(/[\r\n]/, 1)[0] ?? ''
  ).trim();
}

function cut(text: string): string {
  if (text.length <= MAX_TITLE) return text;
  // Not in the middle of a surrogate pair.
  const end = /[\ud800-\udbff]/.test(text.charAt(MAX_TITLE - 2)) ? MAX_TITLE - 2 : MAX_TITLE - 1;
  return `${text.slice(0, end)}…`;
}

function reportTitle(event: SentryEvent): string | null {
  if (event.csp) {
    const directive = event.csp['effective_directive'] || event.csp['violated_directive'] || 'content';
    const blocked = event.csp['blocked_uri'] || 'self';
    return `Blocked '${String(directive)}' from '${String(blocked)}'`;
  }
  const host = event.hpkp?.['hostname'] ?? event.expectct?.['hostname'] ?? event.expectstaple?.['hostname'];
  if (event.hpkp) return `Public key pinning validation failed for '${String(host ?? '')}'`;
  if (event.expectct) return `Expect-CT failed for '${String(host ?? '')}'`;
  if (event.expectstaple) return `Expect-Staple failed for '${String(host ?? '')}'`;
  return null;
}

/** GR12: what an issue is called. The title follows the latest event; the hash never depends on it. */
import type { Exception, Json, SentryEvent } from '../event.ts';

const MAX_TITLE = 256;

export interface Title {
  readonly title: string;
  readonly type: string | null;
  readonly value: string | null;
}

/** `crashFunction` stands in for an exception that has no type. */
export function eventTitle(
  event: SentryEvent,
  exception: Exception | null,
  crashFunction: string | null,
): Title {
  if (exception) {
    const type = exception.type || null;
    const value = exception.value || null;
    const line = firstLine(value ?? '');
    const head = type ?? (line ? null : (crashFunction ?? '<unknown>'));
    return { title: cut([head, line].filter((part) => part).join(': ')), type, value };
  }
  const report = reportTitle(event);
  if (report) return { title: cut(report), type: null, value: null };
  const message = event.logentry?.formatted || event.message || event.logentry?.message || '';
  const line = firstLine(message);
  if (line) return { title: cut(line), type: null, value: message };
  return { title: cut(crashFunction ?? '<unlabeled event>'), type: null, value: null };
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
    const directive =
      word(event.csp['effective_directive']) || word(event.csp['violated_directive']) || 'content';
    return `Blocked '${directive}' from '${word(event.csp['blocked_uri']) || 'self'}'`;
  }
  if (event.hpkp) return `Public key pinning validation failed for '${word(event.hpkp['hostname'])}'`;
  if (event.expectct) return `Expect-CT failed for '${word(event.expectct['hostname'])}'`;
  if (event.expectstaple) return `Expect-Staple failed for '${word(event.expectstaple['hostname'])}'`;
  return null;
}

function word(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

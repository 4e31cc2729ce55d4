/** Browser security reports as components: which directive or check failed, and for which host. */
import type { Json, SentryEvent } from '../../event.ts';
import { leaf, mute, node, type Component } from './component.ts';

type Report = { [key: string]: Json };

/** Null when the event is none of these reports. */
export function securityComponent(event: SentryEvent): Component | null {
  if (event.csp) return cspComponent(event.csp);
  if (event.expectct) return hostComponent('expect-ct', event.expectct);
  if (event.expectstaple) return hostComponent('expect-staple', event.expectstaple);
  if (event.hpkp) return hostComponent('hpkp', event.hpkp);
  return null;
}

function hostComponent(id: 'expect-ct' | 'expect-staple' | 'hpkp', report: Report): Component {
  return node(id, [leaf('salt', id, 'a static salt'), leaf('hostname', text(report['hostname']))]);
}

const SELF = "'self'";
/** Schemes whose addresses have a host, besides http: shown as `wss://`, others as `data:`. */
const HIERARCHICAL = new Set(['file', 'ftp', 'ws', 'wss', 'sftp', 'rtsp', 'nfs', 'git']);

function cspComponent(report: Report): Component {
  const violated = text(report['violated_directive']);
  const directive = text(report['effective_directive']) || (violated.split(' ', 1)[0] ?? '');
  const uri = leaf('uri', blockedSource(text(report['blocked_uri'])));
  const kind = localViolation(directive, violated, text(report['blocked_uri']));
  const violation = kind
    ? leaf('violation', kind)
    : { ...leaf('violation', null), hint: 'not a local script violation' };
  if (violation.contributes) mute(uri, 'violation takes precedence');
  return node('csp', [leaf('salt', directive, 'a static salt'), violation, uri]);
}

/** Inline script and eval on the page itself: the kind says more than the page's own address. */
function localViolation(directive: string, violated: string, blocked: string): string | null {
  if (directive !== 'script-src' || blockedSource(blocked) !== SELF) return null;
  if (violated.includes("'unsafe-inline'")) return "'unsafe-inline'";
  return violated.includes("'unsafe-eval'") ? "'unsafe-eval'" : null;
}

/** The host of a web address, else the scheme: paths and queries are as many as there are users. */
function blockedSource(uri: string): string {
  if (uri === '' || uri === 'self' || uri === SELF) return SELF;
  const colon = uri.indexOf(':');
  // Browsers report some sources as the bare scheme: `data`, `blob`, `eval`.
  if (colon < 0) return `${uri}:`;
  const scheme = uri.slice(0, colon).toLowerCase();
  if (HIERARCHICAL.has(scheme)) return `${scheme}://`;
  if (scheme !== 'http' && scheme !== 'https') return `${scheme}:`;
  return /^\/\/([^/?#]*)/.exec(uri.slice(colon + 1, colon + 2048))?.[1] ?? '';
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value.slice(0, 8192) : '';
}

/** Events a project does not want: what it switched on, as one function. In: an event. Out: why it is filtered, or null. */
import type { SentryEvent } from '../event.ts';
import { createCaselessGlob } from './glob.ts';
import type { FilterReason } from './outcomes.ts';

export interface FilterSettings {
  browserExtensions?: boolean;
  legacyBrowsers?: boolean;
  localhost?: boolean;
  healthChecks?: boolean;
  /** Globs. */
  messages?: readonly string[];
  releases?: readonly string[];
  environments?: readonly string[];
}

type Test = (event: SentryEvent) => boolean;

/** null: nothing is switched on. */
export function createFilter(
  settings: FilterSettings | undefined,
): ((event: SentryEvent) => FilterReason | null) | null {
  const tests: [FilterReason, Test][] = [];
  if (settings?.browserExtensions) tests.push(['browser_extension', isFromExtension]);
  if (settings?.legacyBrowsers) tests.push(['legacy_browser', isLegacyBrowser]);
  if (settings?.localhost) tests.push(['localhost', isLocalhost]);
  if (settings?.healthChecks) tests.push(['health_check', isHealthCheck]);
  const releases = anyOf(settings?.releases);
  if (releases) tests.push(['release', ({ release }) => release !== undefined && releases(release)]);
  const environments = anyOf(settings?.environments);
  if (environments)
    tests.push(['environment', ({ environment }) => environment !== undefined && environments(environment)]);
  const messages = anyOf(settings?.messages);
  if (messages) tests.push(['message', (event) => textsOf(event).some(messages)]);
  if (tests.length === 0) return null;
  return (event) => tests.find(([, test]) => test(event))?.[0] ?? null;
}

function anyOf(patterns: readonly string[] | undefined): ((text: string) => boolean) | null {
  if (patterns === undefined || patterns.length === 0) return null;
  const globs = patterns.map(createCaselessGlob);
  return (text) => {
    const low = text.toLowerCase();
    return globs.some((glob) => glob(low));
  };
}

/** The message, and each exception as it is shown: `Type: value`, and each part of it. */
function textsOf({ message, exception }: SentryEvent): string[] {
  const texts = message === undefined ? [] : [message];
  for (const { type, value } of exception ?? []) {
    if (value !== undefined) texts.push(value);
    if (type !== undefined) texts.push(type, `${type}: ${value ?? ''}`);
  }
  return texts;
}

const EXTENSION = /^(?:chrome|moz|safari|safari-web|ms-browser|webkit-masked|opera|edge)-extension:\/\//i;
/** What well-known extensions and injected scripts throw without a frame of their own. */
const EXTENSION_ERRORS = [
  'top.globals',
  'originalcreatenotification',
  'canvas.contentdocument',
  'myapp_removeallhighlights',
  'http://tt.epicplay.com',
  'jigsaw is not defined',
  'comboSearch is not defined',
  'fb_xd_fragment',
  'bmi_safeaddonload',
  'eBCallBackMessageReceived',
  'conduitPage',
  "can't find variable: _autofillcallbackhandler",
  'webkitexitfullscreen',
  'extension context invalidated',
].map((text) => text.toLowerCase());

function isFromExtension(event: SentryEvent): boolean {
  for (const { value, stacktrace } of event.exception ?? []) {
    const frames = stacktrace?.frames ?? [];
    if (frames.some(({ abs_path: path, filename }) => EXTENSION.test(path ?? filename ?? ''))) return true;
    const text = value?.toLowerCase();
    if (text !== undefined && EXTENSION_ERRORS.some((known) => text.includes(known))) return true;
  }
  return false;
}

/** The last versions that are too old, by the token of the user agent. Internet Explorer is as a whole. */
const LEGACY: [RegExp, number][] = [
  [/\b(?:Edge|EdgeHTML)\/(\d{1,4})/, 18],
  [/\bFirefox\/(\d{1,4})/, 66],
  [/\b(?:Chrome|Chromium|CriOS)\/(\d{1,4})/, 62],
  [/\bVersion\/(\d{1,4})[\d.]* (?:Mobile\/\w+ )?Safari/, 11],
];

function isLegacyBrowser({ request }: SentryEvent): boolean {
  const userAgent = request?.headers?.find(([name]) => name.toLowerCase() === 'user-agent')?.[1];
  if (userAgent === undefined) return false;
  if (/\bMSIE |\bTrident\/|\bOpera Mini\/|\bPresto\//.test(userAgent)) return true;
  const found = LEGACY.find(([pattern]) => pattern.test(userAgent));
  return found !== undefined && Number(found[0].exec(userAgent)?.[1]) <= found[1];
}

const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|.{1,200}\.localhost)$/i;

function isLocalhost({ request, user }: SentryEvent): boolean {
  const host = request?.url === undefined ? undefined : URL.parse(request.url)?.hostname;
  return (host !== undefined && LOCAL.test(host)) || LOCAL.test(user?.ip_address ?? '');
}

const HEALTH =
  /(?:^|[\s/])(?:healthz?|healthy|health[-_]?checks?|livez?|liveness|readyz?|readiness|ping|heartbeat)\/?$/i;

function isHealthCheck({ transaction, request }: SentryEvent): boolean {
  if (transaction !== undefined && HEALTH.test(transaction)) return true;
  const path = request?.url === undefined ? undefined : URL.parse(request.url)?.pathname;
  return path !== undefined && HEALTH.test(path);
}

/**
 * A payload of any SDK of any age → the one shape of an event. Lenient: whatever is wrong is removed or
 * replaced and noted, the event itself is never refused. Takes ownership of the payload and changes it.
 */
import type { Json, SentryEvent } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import { isSensitiveKey, scrubText } from '../scrub.ts';
import {
  normalizeEnvironment,
  normalizeFingerprint,
  normalizeLevel,
  normalizeRelease,
  trimmed,
} from './attributes.ts';
import { normalizeBreadcrumbs } from './breadcrumbs.ts';
import { normalizeExceptions, normalizeThreads } from './exception.ts';
import { cleanJson, cleanObject } from './json.ts';
import { renameLegacyKeys } from './legacy.ts';
import { normalizeMessage } from './message.ts';
import { createNotes, type Notes } from './notes.ts';
import { put } from './put.ts';
import { toSafeText } from './readable-text.ts';
import { normalizeRequest } from './request.ts';
import { lines, normalizeStacktrace } from './stacktrace.ts';
import { normalizeTags } from './tags.ts';
import { asObject, toInteger, toText } from './text.ts';
import { clockDrift, normalizeTimestamp } from './timestamp.ts';
import { trimEvent } from './trim.ts';
import { normalizeUser } from './user.ts';

export interface EventSource {
  eventId: string;
  /** Set when the client sent an id that is none: noted, and a fresh one taken. */
  invalidEventId?: unknown;
  receivedMs: number;
  /** When the client says it sent this (envelope header, auth header). */
  sentAt?: unknown;
  /** The envelope header's SDK, for payloads without one. */
  sdk?: unknown;
  clientIp: string | null;
  /** Size of the payload as received; trimming is looked at only when it can be needed. */
  payloadBytes: number;
}

const REPORTS = ['csp', 'hpkp', 'expectct', 'expectstaple', 'nel'] as const;
const WIDE = { depth: LIMITS.depth, chars: 64 * 1024 };
const SDK = { depth: 6, chars: 16 * 1024 };
const DEBUG_META = { depth: 8, chars: 256 * 1024 };
const EXTRA = { depth: LIMITS.extraDepth, chars: LIMITS.extraChars };
const CONTEXT = { depth: LIMITS.depth, chars: LIMITS.contextChars };

/** Everything that is read below or is known and of no use; another key is noted as removed. */
const KNOWN = new Set(
  `event_id timestamp received level platform type logger transaction culprit server_name release dist environment
   message logentry exception threads stacktrace template breadcrumbs user request tags extra contexts fingerprint
   checksum sdk modules debug_meta csp hpkp expectct expectstaple nel notes errors _meta _metrics project key_id site
   start_timestamp spans measurements transaction_info sdkProcessingMetadata version time_spent`.split(/\s+/),
);

export function normalizeEvent(payload: { [key: string]: unknown }, source: EventSource): SentryEvent {
  const notes = createNotes();
  renameLegacyKeys(payload);
  if (source.invalidEventId !== undefined)
    notes.add('replaced', 'event_id', 'invalid', { original: source.invalidEventId });
  const driftMs = clockDrift(source.sentAt, source.receivedMs);
  const event: SentryEvent = {
    event_id: source.eventId,
    timestamp: normalizeTimestamp(payload['timestamp'], driftMs, source.receivedMs, notes),
    received: source.receivedMs,
    level: normalizeLevel(payload['level'], notes),
    platform: trimmed(payload['platform'], LIMITS.platform, notes, 'platform') ?? 'other',
    type: 'default',
    tags: normalizeTags(payload['tags'], notes),
  };
  put(event, 'logger', trimmed(payload['logger'], LIMITS.logger, notes, 'logger'));
  put(event, 'transaction', trimmed(payload['transaction'], LIMITS.transaction, notes, 'transaction'));
  put(event, 'culprit', trimmed(payload['culprit'], LIMITS.culprit, notes, 'culprit'));
  put(event, 'server_name', trimmed(payload['server_name'], LIMITS.serverName, notes, 'server_name'));
  put(event, 'release', normalizeRelease(payload['release'], notes));
  put(event, 'dist', trimmed(payload['dist'], LIMITS.dist, notes, 'dist'));
  put(event, 'environment', normalizeEnvironment(payload['environment'], notes));
  const message = normalizeMessage(payload['message'], payload['logentry'], notes);
  put(event, 'message', message.message);
  put(event, 'logentry', message.logentry);
  put(event, 'exception', normalizeExceptions(payload['exception'], notes));
  put(event, 'threads', normalizeThreads(payload['threads'], notes));
  put(event, 'stacktrace', normalizeStacktrace(payload['stacktrace'], notes, 'stacktrace'));
  put(event, 'template', template(payload['template'], notes));
  put(event, 'breadcrumbs', normalizeBreadcrumbs(payload['breadcrumbs'], driftMs, notes));
  put(event, 'user', normalizeUser(payload['user'], source.clientIp, notes));
  if (infersAddress(payload['sdk']) && source.clientIp !== null) {
    event.user ??= {};
    event.user.ip_address ??= source.clientIp;
  }
  put(event, 'request', normalizeRequest(payload['request'], notes));
  put(event, 'extra', cleanObject(payload['extra'], EXTRA, notes, 'extra'));
  put(event, 'contexts', contexts(payload['contexts'], notes));
  put(event, 'fingerprint', normalizeFingerprint(payload['fingerprint'], notes));
  put(event, 'checksum', trimmed(payload['checksum'], 64, notes, 'checksum'));
  put(event, 'sdk', sdk(payload['sdk'] ?? source.sdk, notes));
  put(event, 'modules', modules(payload['modules'], notes));
  put(event, 'debug_meta', cleanObject(payload['debug_meta'], DEBUG_META, notes, 'debug_meta'));
  for (const report of REPORTS) put(event, report, cleanObject(payload[report], WIDE, notes, report));
  event.type = typeOf(event, payload['type']);
  for (const key in payload) if (!KNOWN.has(key)) notes.add('removed', key, 'unknown_attribute');
  if (source.payloadBytes > LIMITS.storedEventBytes / 4) trimEvent(event, notes);
  if (notes.list.length > 0) event.notes = notes.list;
  return event;
}

function typeOf(event: SentryEvent, declared: unknown): SentryEvent['type'] {
  if (event.exception !== undefined || event.threads !== undefined || event.stacktrace !== undefined)
    return 'error';
  const report = REPORTS.find((name) => event[name] !== undefined);
  if (report !== undefined) return report;
  return declared === 'feedback' ? 'feedback' : declared === 'error' ? 'error' : 'default';
}

function contexts(value: unknown, notes: Notes): SentryEvent['contexts'] {
  if (value === null || value === undefined) return undefined;
  const raw = asObject(value);
  if (raw === null) {
    notes.add('removed', 'contexts', 'invalid');
    return undefined;
  }
  const all = Object.entries(raw);
  if (all.length > LIMITS.contexts) notes.add('cut', 'contexts', 'too_many', { length: all.length });
  const clean: [string, { [key: string]: Json }][] = [];
  for (const [key, entry] of all.slice(0, LIMITS.contexts)) {
    const name = toText(key, 200, notes, 'contexts') ?? '';
    if (isSensitiveKey(name)) {
      notes.add('removed', `contexts.${name}`, 'sensitive');
      continue;
    }
    const context = cleanObject(entry, CONTEXT, notes, `contexts.${name}`);
    if (context !== undefined) clean.push([name, context]);
  }
  // fromEntries defines own keys: `__proto__` is a plain name here.
  return clean.length > 0 ? Object.fromEntries(clean) : undefined;
}

/** What `{{auto}}` was for the address of a user, newer SDKs say of themselves. */
function infersAddress(value: unknown): boolean {
  return asObject(asObject(value)?.['settings'])?.['infer_ip'] === 'auto';
}

function sdk(value: unknown, notes: Notes): SentryEvent['sdk'] {
  const raw = asObject(value);
  if (raw === null) {
    if (value !== null && value !== undefined) notes.add('removed', 'sdk', 'invalid', { original: value });
    return undefined;
  }
  const clean: NonNullable<SentryEvent['sdk']> = {};
  put(clean, 'name', trimmed(raw['name'], 128, notes, 'sdk.name'));
  put(clean, 'version', trimmed(raw['version'], 128, notes, 'sdk.version'));
  if (Array.isArray(raw['packages'])) clean.packages = cleanJson(raw['packages'], SDK, notes, 'sdk.packages');
  if (Array.isArray(raw['integrations']))
    clean.integrations = cleanJson(raw['integrations'], SDK, notes, 'sdk.integrations');
  for (const _ in clean) return clean;
  return undefined;
}

function modules(value: unknown, notes: Notes): SentryEvent['modules'] {
  const raw = asObject(value);
  if (raw === null) {
    if (value !== null && value !== undefined) notes.add('removed', 'modules', 'invalid');
    return undefined;
  }
  const all = Object.entries(raw);
  if (all.length > LIMITS.modules) notes.add('cut', 'modules', 'too_many', { length: all.length });
  const clean: [string, string][] = [];
  for (const [key, version] of all.slice(0, LIMITS.modules)) {
    const name = toText(key, 200, notes, 'modules');
    const text = toSafeText(version, 200, notes, 'modules');
    if (name !== undefined && name !== '' && text !== undefined) clean.push([name, text]);
  }
  return clean.length > 0 ? Object.fromEntries(clean) : undefined;
}

function template(value: unknown, notes: Notes): SentryEvent['template'] {
  const raw = asObject(value);
  if (raw === null) {
    if (value !== null && value !== undefined)
      notes.add('removed', 'template', 'invalid', { original: value });
    return undefined;
  }
  const clean: NonNullable<SentryEvent['template']> = {};
  put(clean, 'filename', toText(raw['filename'], 2048, notes, 'template.filename'));
  put(clean, 'abs_path', toText(raw['abs_path'], 2048, notes, 'template.abs_path'));
  const line = toText(raw['context_line'], 1024, notes, 'template.context_line');
  if (line !== undefined) clean.context_line = scrubText(line);
  put(clean, 'lineno', toInteger(raw['lineno']));
  put(clean, 'pre_context', lines(raw['pre_context'], notes, 'template', 'pre_context'));
  for (const _ in clean) return clean;
  return undefined;
}

/**
 * Exceptions of OTLP requests as event payloads: `exception` events of spans and log records with `exception.*`. In:
 * a request in its JSON form. Out: payloads, and how many spans or records were left.
 */
import { createHash } from 'node:crypto';
import { asObject } from '../normalize/text.ts';
import { readStack } from './stack-text.ts';

export interface OtlpExceptions {
  payloads: { [key: string]: unknown }[];
  /** Spans or log records that are no exception. */
  others: number;
  /** Exceptions beyond what one request may hold. */
  excess: number;
}

type Attributes = Map<string, unknown>;

const MAX_EXCEPTIONS = 1000;
const MAX_DEPTH = 8;

export function exceptionsOf(request: { [key: string]: unknown }, signal: 'traces' | 'logs'): OtlpExceptions {
  const found: OtlpExceptions = { payloads: [], others: 0, excess: 0 };
  const names = signal === 'traces' ? TRACES : LOGS;
  for (const group of objects(request[names.groups])) {
    const resource = attributesOf(asObject(group['resource'])?.['attributes']);
    for (const scoped of objects(group[names.scopes])) {
      const scope = text(asObject(scoped['scope'])?.['name']);
      for (const record of objects(scoped[names.records])) {
        const made = signal === 'traces' ? ofSpan(record, resource, scope) : ofLog(record, resource, scope);
        const taken = made.slice(0, MAX_EXCEPTIONS - found.payloads.length);
        found.payloads.push(...taken);
        found.excess += made.length - taken.length;
        if (made.length === 0) found.others += 1;
      }
    }
  }
  return found;
}

const TRACES = { groups: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' };
const LOGS = { groups: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' };

function ofSpan(
  span: { [key: string]: unknown },
  resource: Attributes,
  scope: string | undefined,
): { [key: string]: unknown }[] {
  const attributes = attributesOf(span['attributes']);
  return objects(span['events'])
    .filter((event) => event['name'] === 'exception')
    .map((event) => {
      const exception = attributesOf(event['attributes']);
      return {
        ...payloadOf(exception, resource, { ...event, traceId: span['traceId'], spanId: span['spanId'] }),
        level: 'error',
        transaction: text(span['name']),
        logger: scope,
        user: userOf(attributes),
        extra: Object.fromEntries([...attributes, ...rest(exception)]),
      };
    });
}

function ofLog(
  record: { [key: string]: unknown },
  resource: Attributes,
  scope: string | undefined,
): { [key: string]: unknown }[] {
  const attributes = attributesOf(record['attributes']);
  if (!attributes.has('exception.type') && !attributes.has('exception.message')) return [];
  const body = anyValue(record['body'], 0);
  return [
    {
      ...payloadOf(attributes, resource, record),
      level: levelOf(record['severityNumber']),
      ...(typeof body === 'string' ? { logentry: { formatted: body } } : {}),
      logger: scope,
      user: userOf(attributes),
      extra: Object.fromEntries([
        ...rest(attributes),
        ...(typeof body === 'object' && body !== null ? [['body', body] as const] : []),
      ]),
    },
  ];
}

function payloadOf(
  exception: Attributes,
  resource: Attributes,
  record: { [key: string]: unknown },
): { [key: string]: unknown } {
  const traceId = hexId(record['traceId'], 32);
  const spanId = hexId(record['spanId'], 16);
  const type = text(exception.get('exception.type'));
  const value = text(exception.get('exception.message'));
  const stack = text(exception.get('exception.stacktrace'));
  const { frames, causes } = readStack(stack ?? '');
  const escaped = exception.get('exception.escaped');
  const time = record['timeUnixNano'] ?? record['observedTimeUnixNano'];
  const service = text(resource.get('service.name'));
  const version = text(resource.get('service.version'));
  const sdk = text(resource.get('telemetry.sdk.name'));
  return {
    // Exporters send again what was not answered: the same exception has the same id.
    event_id: createHash('sha256')
      .update(JSON.stringify([traceId, spanId, String(time), type, value, stack]))
      .digest('hex')
      .slice(0, 32),
    timestamp: secondsOf(time),
    platform: platformOf(text(resource.get('telemetry.sdk.language'))),
    ...(version === undefined ? {} : { release: service === undefined ? version : `${service}@${version}` }),
    environment:
      text(resource.get('deployment.environment.name')) ?? text(resource.get('deployment.environment')),
    server_name: text(resource.get('host.name')) ?? text(resource.get('service.instance.id')),
    ...(service === undefined ? {} : { tags: { 'service.name': service } }),
    ...(sdk === undefined
      ? {}
      : { sdk: { name: sdk, version: text(resource.get('telemetry.sdk.version')) } }),
    exception: {
      values: [
        ...causes.map((cause) => ({
          type: cause.type,
          value: cause.value,
          ...(cause.frames.length > 0 ? { stacktrace: { frames: cause.frames } } : {}),
        })),
        {
          type,
          value,
          mechanism: { type: 'opentelemetry', handled: escaped !== true && escaped !== 'true' },
          ...(frames.length > 0 ? { stacktrace: { frames } } : {}),
        },
      ],
    },
    contexts: {
      ...(traceId === null ? {} : { trace: { trace_id: traceId, ...(spanId ? { span_id: spanId } : {}) } }),
      otel: { resource: Object.fromEntries(resource) },
      ...(frames.length === 0 && stack !== undefined ? { stacktrace: { text: stack } } : {}),
    },
  };
}

/** By the conventions of today, and `enduser` of before. */
function userOf(attributes: Attributes): { [key: string]: unknown } | undefined {
  const id = attributes.get('user.id') ?? attributes.get('enduser.id');
  const email = attributes.get('user.email');
  const username = attributes.get('user.name');
  return id === undefined && email === undefined && username === undefined
    ? undefined
    : { id, email, username };
}

const PLATFORM = new Map([
  ['nodejs', 'node'],
  ['webjs', 'javascript'],
  ['dotnet', 'csharp'],
  ['cpp', 'native'],
]);

function platformOf(language: string | undefined): string {
  return language === undefined ? 'other' : (PLATFORM.get(language) ?? language);
}

function levelOf(severity: unknown): string {
  const number = typeof severity === 'number' ? severity : 17;
  if (number >= 21) return 'fatal';
  if (number >= 17) return 'error';
  if (number >= 13) return 'warning';
  return number >= 9 ? 'info' : 'debug';
}

/** What is said besides the exception itself. */
function rest(attributes: Attributes): [string, unknown][] {
  return [...attributes].filter(([key]) => !/^exception\.(?:type|message|stacktrace|escaped)$/.test(key));
}

function secondsOf(nanoseconds: unknown): number | undefined {
  const digits = String(nanoseconds);
  return /^\d{1,20}$/.test(digits) && digits !== '0' ? Number(BigInt(digits) / 1_000_000n) / 1000 : undefined;
}

/** Hex in JSON, as the specification wants; some exporters write base64. */
function hexId(value: unknown, length: number): string | null {
  if (typeof value !== 'string' || value === '' || /^0+$/.test(value)) return null;
  if (value.length === length && /^[0-9a-f]+$/i.test(value)) return value.toLowerCase();
  const hex = Buffer.from(value.slice(0, 64), 'base64').toString('hex');
  return hex.length === length ? hex : null;
}

function attributesOf(list: unknown): Attributes {
  return new Map(
    objects(list).flatMap(({ key, value }): [string, unknown][] =>
      typeof key === 'string' && key !== '' ? [[key, anyValue(value, 0)]] : [],
    ),
  );
}

function anyValue(value: unknown, depth: number): unknown {
  const wrapped = asObject(value);
  if (wrapped === null || depth > MAX_DEPTH) return null;
  const list = asObject(wrapped['arrayValue']);
  if (list !== null) return objects(list['values']).map((entry) => anyValue(entry, depth + 1));
  const map = asObject(wrapped['kvlistValue']);
  if (map !== null)
    return Object.fromEntries(
      objects(map['values']).map((entry) => [String(entry['key']), anyValue(entry['value'], depth + 1)]),
    );
  return (
    wrapped['stringValue'] ??
    wrapped['intValue'] ??
    wrapped['doubleValue'] ??
    wrapped['boolValue'] ??
    wrapped['bytesValue'] ??
    null
  );
}

function objects(value: unknown): { [key: string]: unknown }[] {
  if (!Array.isArray(value)) return [];
  return value.map(asObject).filter((entry) => entry !== null);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

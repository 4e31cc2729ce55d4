/**
 * What clients send on a stream. `parseCommand` (mode 1) and `parseMode0Command` turn a text message into a command
 * or a refusal; filters stay unparsed here because `me` and the scope are known later.
 */
import { FILTER_LIMITS, type FilterScope } from './filter.ts';
import { parseCursor, type Cursor, type StreamErrorCode } from './down.ts';

export type Payload = 'summary' | 'full' | 'none';
export type CommandId = number | string;

export interface SubscribeCommand {
  type: 'subscribe';
  id?: CommandId;
  /** Absent: the project of the path. */
  project_id?: string;
  sub: string;
  filters: unknown;
  scope: FilterScope;
  since?: Cursor;
  snapshot?: { issues: number; events: number };
  /** Matching events a slow viewer may be behind before the oldest are dropped. */
  buffer: number;
  /** Events a second; null = no bound, 0 = paused. */
  max_rate: number | null;
  payload: Payload;
  watch: string[];
  /** Exact rates every second, also while nothing is left out. */
  rates: boolean;
}

export type Command =
  | SubscribeCommand
  | { type: 'unsubscribe'; id?: CommandId; project_id?: string; sub: string }
  | { type: 'auth'; id?: CommandId; token: string }
  | { type: 'ping'; t: number }
  /** Known, and not acted on yet. */
  | { type: 'ack' | 'presence' };

export type Mode0Command =
  | { type: 'subscribe'; project_id?: string; filters: unknown }
  | { type: 'unsubscribe'; project_id?: string };

export interface Refusal {
  kind: 'refused';
  id?: CommandId;
  code: StreamErrorCode;
  message: string;
  path?: string;
}
export type Parsed<T> = { kind: 'ok'; command: T } | Refusal;

export const COMMAND_LIMITS = {
  buffer: { default: 100, max: 5000 },
  maxRate: 100_000,
  snapshotIssues: 100,
  snapshotEvents: 100,
  watch: 200,
  nameBytes: 64,
} as const;

type Fields = Record<string, unknown>;

class Problem extends Error {
  readonly path: string;
  constructor(message: string, path: string) {
    super(message);
    this.path = path;
  }
}

export function parseCommand(text: string): Parsed<Command> {
  const fields = parseObject(text);
  if (fields === null) return { kind: 'refused', code: 'bad_request', message: 'not a JSON object' };
  const id = commandId(fields['id']);
  const withId = id === undefined ? {} : { id };
  try {
    switch (fields['type']) {
      case 'subscribe':
        return { kind: 'ok', command: { ...subscribe(fields), ...withId } };
      case 'unsubscribe':
        return {
          kind: 'ok',
          command: { type: 'unsubscribe', ...project(fields), sub: subName(fields), ...withId },
        };
      case 'auth':
        return { kind: 'ok', command: { type: 'auth', token: string(fields, 'token', 4096), ...withId } };
      case 'ping':
        return { kind: 'ok', command: { type: 'ping', t: integer(fields, 't', 0, -1, Infinity) } };
      case 'ack':
      case 'presence':
        return { kind: 'ok', command: { type: fields['type'] } };
      default:
        return { kind: 'refused', ...withId, code: 'unknown_type', message: 'unknown message type' };
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const code = error.path === 'since' ? 'invalid_cursor' : 'bad_request';
    return { kind: 'refused', ...withId, code, message: error.message, path: error.path };
  }
}

export function parseMode0Command(text: string): Parsed<Mode0Command> {
  const fields = parseObject(text);
  const unknown: Refusal = { kind: 'refused', code: 'unknown_type', message: 'unknown message type' };
  if (fields === null) return unknown;
  try {
    if (fields['type'] === 'subscribe')
      return { kind: 'ok', command: { type: 'subscribe', ...project(fields), filters: fields['filters'] } };
    if (fields['type'] === 'unsubscribe')
      return { kind: 'ok', command: { type: 'unsubscribe', ...project(fields) } };
    if (fields['type'] === undefined && fields['subscribe'] !== undefined) {
      const command: Mode0Command = {
        type: 'subscribe',
        ...project({ project_id: fields['subscribe'] }),
        filters: fields['filters'],
      };
      return { kind: 'ok', command };
    }
    return unknown;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { kind: 'refused', code: 'bad_request', message: error.message, path: error.path };
  }
}

/**
 * The subscribe command a path or an HTTP request stands for: `?level=&environment=&q=&since=`, or any field of the
 * command: `filters`, `snapshot` and `watch` as JSON.
 */
export function subscribeFromQuery(query: URLSearchParams): Parsed<SubscribeCommand> {
  const filters: Fields = {};
  const fields: Fields = { filters };
  try {
    for (const key of ['filters', 'snapshot', 'watch', 'buffer', 'max_rate', 'rates']) {
      const value = query.get(key);
      if (value !== null && value !== '') fields[key] = jsonOf(value, key);
    }
    if (isObject(fields['filters'])) Object.assign(filters, fields['filters']);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { kind: 'refused', code: 'bad_request', message: error.message, path: error.path };
  }
  for (const key of ['level', 'environment', 'q']) {
    const values = query.getAll(key).filter((value) => value !== '');
    if (values.length > 0) filters[key] = key === 'q' ? values.join(' ') : values;
  }
  if (fields['filters'] === undefined || isObject(fields['filters'])) fields['filters'] = filters;
  for (const key of ['since', 'scope', 'payload', 'sub']) {
    const value = query.get(key);
    if (value !== null && value !== '') fields[key] = value;
  }
  try {
    return { kind: 'ok', command: subscribe(fields) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const code = error.path === 'since' ? 'invalid_cursor' : 'bad_request';
    return { kind: 'refused', code, message: error.message, path: error.path };
  }
}

function subscribe(fields: Fields): SubscribeCommand {
  const since =
    fields['since'] === undefined || fields['since'] === null ? undefined : string(fields, 'since', 64);
  const cursor = since === undefined ? undefined : parseCursor(since);
  if (cursor === null) throw new Problem('not a cursor', 'since');
  const snapshot = fields['snapshot'];
  return {
    type: 'subscribe',
    ...project(fields),
    sub: subName(fields),
    filters: fields['filters'],
    scope: choice(fields, 'scope', ['events', 'issues', 'all'], 'all'),
    ...(cursor === undefined ? {} : { since: cursor }),
    ...(snapshot === undefined || snapshot === null ? {} : { snapshot: snapshotSizes(snapshot) }),
    buffer: integer(fields, 'buffer', COMMAND_LIMITS.buffer.default, 1, COMMAND_LIMITS.buffer.max),
    max_rate:
      fields['max_rate'] === undefined || fields['max_rate'] === null
        ? null
        : integer(fields, 'max_rate', 0, 0, COMMAND_LIMITS.maxRate),
    payload: choice(fields, 'payload', ['summary', 'full', 'none'], 'full'),
    watch: watchList(fields['watch']),
    rates: flag(fields, 'rates'),
  };
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('not JSON', path);
  }
}

function snapshotSizes(value: unknown): { issues: number; events: number } {
  if (!isObject(value)) throw new Problem('must be an object', 'snapshot');
  return {
    issues: integer(value, 'issues', 0, 0, COMMAND_LIMITS.snapshotIssues),
    events: integer(value, 'events', 0, 0, COMMAND_LIMITS.snapshotEvents),
  };
}

function watchList(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > COMMAND_LIMITS.watch)
    throw new Problem(`must be a list of at most ${COMMAND_LIMITS.watch} issue ids`, 'watch');
  return value.map((one) => {
    if (typeof one !== 'string' || !/^\d{1,19}$/.test(one)) throw new Problem('not an issue id', 'watch');
    return one;
  });
}

function project(fields: Fields): { project_id?: string } {
  const value = fields['project_id'];
  if (value === undefined || value === null) return {};
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { project_id: String(value) };
  if (typeof value !== 'string' || value === '' || value.length > FILTER_LIMITS.valueBytes)
    throw new Problem('project_id must be an id or a slug', 'project_id');
  return { project_id: value };
}

function subName(fields: Fields): string {
  return fields['sub'] === undefined ? 'live' : string(fields, 'sub', COMMAND_LIMITS.nameBytes);
}

function string(fields: Fields, key: string, max: number): string {
  const value = fields[key];
  if (typeof value !== 'string' || value === '' || value.length > max)
    throw new Problem(`must be a string of 1 to ${max} characters`, key);
  return value;
}

function flag(fields: Fields, key: string): boolean {
  const value = fields[key] ?? false;
  if (typeof value !== 'boolean') throw new Problem('must be true or false', key);
  return value;
}

function integer(fields: Fields, key: string, fallback: number, min: number, max: number): number {
  const value = fields[key];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Problem('must be a number', key);
  if (value < min || value > max) throw new Problem(`must be between ${min} and ${max}`, key);
  return key === 't' ? value : Math.floor(value);
}

function choice<T extends string>(fields: Fields, key: string, values: readonly T[], fallback: T): T {
  const value = fields[key];
  if (value === undefined || value === null) return fallback;
  const found = values.find((one) => one === value);
  if (found === undefined) throw new Problem(`must be one of ${values.join(', ')}`, key);
  return found;
}

function commandId(value: unknown): CommandId | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.length <= COMMAND_LIMITS.nameBytes ? value : undefined;
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

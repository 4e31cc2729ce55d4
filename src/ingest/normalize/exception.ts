/** Exceptions and threads in every shape SDKs have sent them; out: lists, oldest (innermost cause) first. */
import type { Exception, Mechanism, Thread } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import { cleanObject } from './json.ts';
import type { Notes } from './notes.ts';
import { put } from './put.ts';
import { toReadableText, toSafeText } from './readable-text.ts';
import { normalizeStacktrace } from './stacktrace.ts';
import { asList, asObject, toBoolean, toInteger, toText } from './text.ts';

const DATA = { depth: 6, chars: 8 * 1024 };

export function normalizeExceptions(value: unknown, notes: Notes): Exception[] | undefined {
  if (value === null || value === undefined) return undefined;
  const list = typeof value === 'string' ? [{ value }] : asList(value);
  if (list === null) {
    if (asObject(value)?.['values'] !== null)
      notes.add('removed', 'exception', 'invalid', { original: value });
    return undefined;
  }
  const half = LIMITS.exceptions / 2;
  const omitted = Math.max(0, list.length - LIMITS.exceptions);
  if (omitted > 0) notes.add('cut', 'exception', 'too_many', { length: list.length });
  const exceptions: Exception[] = [];
  for (let i = 0; i < list.length; i++) {
    if (omitted > 0 && i === half) i += omitted;
    const exception = normalizeException(list[i], notes, `exception.${i}`);
    if (exception !== undefined) exceptions.push(exception);
  }
  return exceptions.length > 0 ? exceptions : undefined;
}

function normalizeException(value: unknown, notes: Notes, path: string): Exception | undefined {
  const raw = asObject(value);
  if (raw === null) {
    if (value !== null) notes.add('removed', path, 'invalid', { original: value });
    return undefined;
  }
  const exception: Exception = {};
  put(exception, 'type', toSafeText(raw['type'], 512, notes, path, 'type'));
  put(exception, 'value', toReadableText(raw['value'], LIMITS.message, notes, path, 'value'));
  put(exception, 'module', toSafeText(raw['module'], 512, notes, path, 'module'));
  put(exception, 'thread_id', toText(raw['thread_id'], 64, notes, path, 'thread_id'));
  put(exception, 'mechanism', normalizeMechanism(raw['mechanism'], notes, `${path}.mechanism`));
  put(exception, 'stacktrace', normalizeStacktrace(raw['stacktrace'], notes, `${path}.stacktrace`));
  for (const _ in exception) return exception;
  return undefined;
}

function normalizeMechanism(value: unknown, notes: Notes, path: string): Mechanism | undefined {
  if (value === null || value === undefined) return undefined;
  const raw = asObject(value);
  if (raw === null) {
    notes.add('removed', path, 'invalid', { original: value });
    return undefined;
  }
  const mechanism: Mechanism = {};
  put(mechanism, 'type', toText(raw['type'], 128, notes, path, 'type'));
  put(mechanism, 'handled', toBoolean(raw['handled']));
  put(mechanism, 'synthetic', toBoolean(raw['synthetic']));
  put(mechanism, 'exception_id', toInteger(raw['exception_id']));
  put(mechanism, 'parent_id', toInteger(raw['parent_id']));
  put(mechanism, 'is_exception_group', toBoolean(raw['is_exception_group']));
  put(mechanism, 'source', toSafeText(raw['source'], 256, notes, path, 'source'));
  put(mechanism, 'description', toSafeText(raw['description'], 1024, notes, path, 'description'));
  put(mechanism, 'help_link', toSafeText(raw['help_link'], 1024, notes, path, 'help_link'));
  put(mechanism, 'data', cleanObject(raw['data'], DATA, notes, `${path}.data`));
  put(mechanism, 'meta', cleanObject(raw['meta'], DATA, notes, `${path}.meta`));
  for (const _ in mechanism) return mechanism;
  return undefined;
}

export function normalizeThreads(value: unknown, notes: Notes): Thread[] | undefined {
  if (value === null || value === undefined) return undefined;
  const list = asList(value);
  if (list === null) {
    if (asObject(value)?.['values'] !== null) notes.add('removed', 'threads', 'invalid');
    return undefined;
  }
  if (list.length > LIMITS.threads) notes.add('cut', 'threads', 'too_many', { length: list.length });
  const threads: Thread[] = [];
  for (const [i, entry] of list.slice(0, LIMITS.threads).entries()) {
    const raw = asObject(entry);
    const path = `threads.${i}`;
    if (raw === null) {
      if (entry !== null) notes.add('removed', path, 'invalid', { original: entry });
      continue;
    }
    const thread: Thread = {};
    put(thread, 'id', toText(raw['id'], 64, notes, path, 'id'));
    put(thread, 'name', toSafeText(raw['name'], 256, notes, path, 'name'));
    put(thread, 'crashed', toBoolean(raw['crashed']));
    put(thread, 'current', toBoolean(raw['current']));
    put(thread, 'stacktrace', normalizeStacktrace(raw['stacktrace'], notes, `${path}.stacktrace`));
    if (Object.keys(thread).length > 0) threads.push(thread);
  }
  return threads.length > 0 ? threads : undefined;
}

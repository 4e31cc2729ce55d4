/** The message of an event: text, `{message, formatted, params}`, or `logentry`; formatted when the SDK did not. */
import type { Json, SentryEvent } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import { cleanJson } from './json.ts';
import type { Notes } from './notes.ts';
import { put } from './put.ts';
import { toReadableText } from './readable-text.ts';
import { asObject, cutText } from './text.ts';

const PARAMS = { depth: 4, chars: 8 * 1024 };

export function normalizeMessage(
  message: unknown,
  logentry: unknown,
  notes: Notes,
): Pick<SentryEvent, 'message' | 'logentry'> {
  const entry = asObject(logentry) ?? asObject(message);
  const plain = asObject(message) === null ? text(message, notes, 'message') : undefined;
  if (entry === null) {
    const shown = plain ?? text(logentry, notes, 'logentry');
    return shown === undefined ? {} : { message: shown };
  }
  const log: NonNullable<SentryEvent['logentry']> = {};
  put(log, 'message', text(entry['message'], notes, 'logentry.message'));
  put(log, 'formatted', text(entry['formatted'], notes, 'logentry.formatted'));
  if (entry['params'] !== undefined && entry['params'] !== null)
    log.params = cleanJson(entry['params'], PARAMS, notes, 'logentry.params');
  const shown =
    log.formatted ??
    (log.message === undefined ? undefined : format(log.message, log.params, notes)) ??
    plain;
  const result: Pick<SentryEvent, 'message' | 'logentry'> = {};
  put(result, 'message', shown);
  for (const _ in log) {
    result.logentry = log;
    break;
  }
  return result;
}

function text(value: unknown, notes: Notes, path: string): string | undefined {
  const clean = toReadableText(value, LIMITS.message, notes, path);
  return clean === undefined || clean.trim() === '' ? undefined : clean;
}

/** Puts params into `%s`, `%d`, `%(name)s` and `{}` as far as they go; what does not match stays as it is. */
function format(template: string, params: Json | undefined, notes: Notes): string {
  if (typeof params !== 'object' || params === null) return template;
  let next = 0;
  const shown = template.replace(
    /%(?:\((\w{1,64})\))?[sdifr]|\{(\w{0,64})\}/g,
    (match, percent?: string, brace?: string) => {
      const name = percent ?? (brace === '' ? undefined : brace);
      const value: Json | undefined = Array.isArray(params)
        ? params[name === undefined ? next++ : /^\d+$/.test(name) ? Number(name) : -1]
        : name !== undefined && Object.hasOwn(params, name)
          ? params[name]
          : undefined;
      if (value === undefined) return match;
      return typeof value === 'string' ? value : JSON.stringify(value);
    },
  );
  return cutText(shown, LIMITS.message, notes, 'message');
}

/** The HTTP request an event happened in; cookie values and telling headers never get further than here. */
import type { EventRequest, Json } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import { FILTERED, isSensitiveKey, scrubQuery, scrubText } from '../scrub.ts';
import { cleanJson, cleanObject } from './json.ts';
import type { Notes } from './notes.ts';
import { put } from './put.ts';
import { scrubWithin, toReadableText } from './readable-text.ts';
import { asObject, cutText, toText } from './text.ts';

const DATA = { depth: 10, chars: 64 * 1024 };
const ENV = { depth: 4, chars: 16 * 1024 };
const TEXT = 8192;

export function normalizeRequest(value: unknown, notes: Notes): EventRequest | undefined {
  if (value === null || value === undefined) return undefined;
  const raw = asObject(value);
  if (raw === null) {
    notes.add('removed', 'request', 'invalid', { original: value });
    return undefined;
  }
  const request: EventRequest = {};
  const url = toText(raw['url'], TEXT, notes, 'request.url');
  if (url !== undefined) request.url = scrubUrl(url).slice(0, TEXT).toWellFormed();
  put(request, 'method', toText(raw['method'], 32, notes, 'request.method'));
  put(request, 'query_string', queryString(raw['query_string'], notes));
  put(request, 'fragment', fragment(raw['fragment'], notes));
  put(request, 'cookies', cookies(raw['cookies'], notes));
  put(request, 'headers', headers(raw['headers'], notes));
  put(request, 'data', body(raw['data'], notes));
  put(request, 'env', cleanObject(raw['env'], ENV, notes, 'request.env'));
  for (const _ in request) return request;
  return undefined;
}

function scrubUrl(url: string): string {
  const at = url.indexOf('?');
  return scrubText(at < 0 ? url : `${url.slice(0, at + 1)}${scrubQuery(url.slice(at + 1))}`);
}

/** After an OAuth sign-in without a code it holds the token, written like a query. */
function fragment(value: unknown, notes: Notes): string | undefined {
  const text = toText(value, 1024, notes, 'request.fragment');
  return text === undefined ? undefined : scrubWithin(scrubQuery(text), 1024);
}

function queryString(value: unknown, notes: Notes): string | undefined {
  if (typeof value !== 'object' || value === null) {
    const text = toText(value, TEXT, notes, 'request.query_string');
    return text === undefined ? undefined : scrubWithin(scrubQuery(text), TEXT);
  }
  const pairs = toPairs(value, LIMITS.headers, notes, 'request.query_string');
  const joined = pairs.map(([k, v]) => `${encode(k)}=${encode(v)}`).join('&');
  if (joined === '') return undefined;
  return cutText(scrubText(scrubQuery(joined)), TEXT, notes, 'request.query_string');
}

/** Pairs hold clean text, but a cut may have been made in the middle of nothing: encode what is encodable. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function cookies(value: unknown, notes: Notes): [string, string][] | undefined {
  if (value === null || value === undefined) return undefined;
  const pairs =
    typeof value === 'string'
      ? cookiePairs(value, notes)
      : toPairs(value, LIMITS.cookies, notes, 'request.cookies');
  for (const pair of pairs) pair[1] = FILTERED;
  return pairs.length > 0 ? pairs : undefined;
}

function cookiePairs(text: string, notes: Notes): [string, string][] {
  const parts = text.split(';');
  if (parts.length > LIMITS.cookies)
    notes.add('cut', 'request.cookies', 'too_many', { length: parts.length });
  return parts
    .slice(0, LIMITS.cookies)
    .map((part): [string, string] => [
      toText(part.split('=', 1)[0]?.trim() ?? '', 200, notes, 'request.cookies') ?? '',
      FILTERED,
    ])
    .filter(([name]) => name !== '');
}

function headers(value: unknown, notes: Notes): [string, string][] | undefined {
  if (value === null || value === undefined) return undefined;
  const pairs = toPairs(value, LIMITS.headers, notes, 'request.headers');
  for (const pair of pairs) pair[1] = isSensitiveKey(pair[0]) && pair[1] !== '' ? FILTERED : pair[1];
  return pairs.length > 0 ? pairs : undefined;
}

/** An object, pairs, or an object of lists; values joined where a name has several. */
function toPairs(value: unknown, max: number, notes: Notes, path: string): [string, string][] {
  const object = asObject(value);
  const entries: unknown[] = Array.isArray(value) ? value : object === null ? [] : Object.entries(object);
  if (object === null && !Array.isArray(value)) notes.add('removed', path, 'invalid', { original: value });
  if (entries.length > max) notes.add('cut', path, 'too_many', { length: entries.length });
  const pairs: [string, string][] = [];
  for (const entry of entries.slice(0, max)) {
    const [name, content] = Array.isArray(entry)
      ? [entry[0] as unknown, entry[1] as unknown]
      : [asObject(entry)?.['key'], asObject(entry)?.['value']];
    const key = toText(name, 200, notes, path);
    if (key === undefined || key === '') continue;
    const flat =
      Array.isArray(content) && content.every((v) => typeof v === 'string') ? content.join(', ') : content;
    pairs.push([key, toReadableText(flat, TEXT, notes, path, key) ?? '']);
  }
  return pairs;
}

/** A body sent as JSON text is parsed: only then can the values under its keys be told apart. */
function body(value: unknown, notes: Notes): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') return cleanJson(value, DATA, notes, 'request.data');
  const start = value.trimStart().charCodeAt(0);
  if (start === 0x7b || start === 0x5b) {
    try {
      return cleanJson(JSON.parse(value), DATA, notes, 'request.data');
    } catch {
      // Cut JSON is common (SDKs limit bodies); it stays text.
    }
  }
  const text = toText(value, DATA.chars, notes, 'request.data');
  return text === undefined ? undefined : scrubText(scrubQuery(text));
}

/** Frames and stacks. In: what an SDK calls a stacktrace. Out: at most 250 frames, oldest first. */
import type { Frame, Stacktrace } from '../../event.ts';
import { LIMITS } from '../limits.ts';
import { cleanObject } from './json.ts';
import type { Notes } from './notes.ts';
import { put } from './put.ts';
import { scrubWithin } from './readable-text.ts';
import { asObject, cleanText, cutText, toBoolean, toInteger, toText } from './text.ts';

const LINE = 1024;
const CONTEXT_LINES = 50;
const VARS = { depth: 8, chars: 16 * 1024 };
const DATA = { depth: 4, chars: 4 * 1024 };

export function normalizeStacktrace(value: unknown, notes: Notes, path: string): Stacktrace | undefined {
  if (value === null || value === undefined) return undefined;
  // Some clients send the frames themselves.
  const list = Array.isArray(value) ? value : asObject(value)?.['frames'];
  if (list === null || (list === undefined && typeof value === 'object')) return undefined;
  if (!Array.isArray(list)) {
    notes.add('removed', path, 'invalid');
    return undefined;
  }
  const before = Array.isArray(value) ? undefined : toInteger(asObject(value)?.['frames_omitted']);
  const half = LIMITS.frames / 2;
  const omitted = Math.max(0, list.length - LIMITS.frames);
  if (omitted > 0) notes.add('cut', `${path}.frames`, 'too_many', { length: list.length });
  const frames: Frame[] = [];
  for (let i = 0; i < list.length; i++) {
    if (omitted > 0 && i === half) i += omitted;
    const raw = asObject(list[i]);
    if (raw === null) {
      if (list[i] !== null) notes.add('removed', `${path}.frames.${i}`, 'invalid');
      continue;
    }
    frames.push(normalizeFrame(raw, notes, `${path}.frames.${i}`));
  }
  if (frames.length === 0) return undefined;
  const total = omitted + (before ?? 0);
  return total > 0 ? { frames, frames_omitted: total } : { frames };
}

function normalizeFrame(raw: { [key: string]: unknown }, notes: Notes, path: string): Frame {
  const frame: Frame = {};
  put(frame, 'filename', place(toText(raw['filename'], 2048, notes, path, 'filename')));
  put(frame, 'abs_path', place(toText(raw['abs_path'], 2048, notes, path, 'abs_path')));
  put(frame, 'module', toText(raw['module'], 1024, notes, path, 'module'));
  put(frame, 'function', toText(raw['function'], 1024, notes, path, 'function'));
  put(frame, 'raw_function', toText(raw['raw_function'], 1024, notes, path, 'raw_function'));
  put(frame, 'package', toText(raw['package'], 1024, notes, path, 'package'));
  put(frame, 'platform', toText(raw['platform'], LIMITS.platform, notes, path, 'platform'));
  put(frame, 'lineno', toInteger(raw['lineno']));
  put(frame, 'colno', toInteger(raw['colno']));
  put(frame, 'in_app', toBoolean(raw['in_app']));
  put(frame, 'context_line', toText(raw['context_line'], LINE, notes, path, 'context_line'));
  put(frame, 'pre_context', lines(raw['pre_context'], notes, path, 'pre_context'));
  put(frame, 'post_context', lines(raw['post_context'], notes, path, 'post_context'));
  if (raw['vars'] !== undefined)
    put(frame, 'vars', cleanObject(namedVars(raw['vars'], notes, path), VARS, notes, `${path}.vars`));
  if (raw['data'] !== undefined) put(frame, 'data', cleanObject(raw['data'], DATA, notes, `${path}.data`));
  put(frame, 'instruction_addr', address(raw['instruction_addr'], notes, path, 'instruction_addr'));
  put(frame, 'symbol', toText(raw['symbol'], 1024, notes, path, 'symbol'));
  put(frame, 'symbol_addr', address(raw['symbol_addr'], notes, path, 'symbol_addr'));
  put(frame, 'image_addr', address(raw['image_addr'], notes, path, 'image_addr'));
  return frame;
}

/** Old clients send variables as a list of values. */
function namedVars(value: unknown, notes: Notes, path: string): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length > LIMITS.frameVars) notes.add('cut', `${path}.vars`, 'too_many', { length: value.length });
  return Object.fromEntries(value.slice(0, LIMITS.frameVars).map((v, i) => [String(i), v]));
}

function address(value: unknown, notes: Notes, path: string, key: string): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
    return `0x${value.toString(16)}`;
  return toText(value, 64, notes, path, key);
}

export function lines(value: unknown, notes: Notes, path: string, key: string): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  if (value.length > CONTEXT_LINES) {
    notes.add('cut', `${path}.${key}`, 'too_many', { length: value.length });
    value.length = CONTEXT_LINES;
  }
  for (let i = 0; i < value.length; i++) {
    const line: unknown = value[i];
    if (typeof line !== 'string') value[i] = toText(line, LINE, notes, path, key) ?? '';
    else if (line !== '') value[i] = cutText(cleanText(line, notes, path, key), LINE, notes, path, key);
  }
  return value as string[];
}

/** A path holds no secret, the address of a script may: only that is worth the look. */
function place(path: string | undefined): string | undefined {
  return path !== undefined && (path.includes('?') || path.includes('@')) ? scrubWithin(path, 2048) : path;
}

/**
 * GR3: a project's fingerprint rules, `matcher:pattern … -> value, {{ variable }} title="…"`, one a line. All matchers
 * of a rule must hold; the first rule that holds replaces the client's fingerprint.
 */
import type { Exception, Frame } from '../../event.ts';
import { compileGlob, type Glob } from '../enhancements/glob.ts';
import { normalizePath } from '../enhancements/match.ts';
import { expandVariables, type FingerprintSource } from './fingerprint.ts';
import { displayFunction } from './function-name.ts';
import { platformFamily } from './platform.ts';
import type { InApp } from './variants.ts';

export interface FingerprintMatcher {
  readonly key: string;
  readonly pattern: string;
  readonly negate: boolean;
  readonly glob: Glob;
}

export interface FingerprintRule {
  readonly text: string;
  readonly matchers: readonly FingerprintMatcher[];
  readonly fingerprint: readonly string[];
  readonly title: string | null;
}

export interface AppliedFingerprint {
  readonly text: string;
  readonly fingerprint: readonly string[];
  readonly title: string | null;
}

const KEYS = new Set([
  'type',
  'value',
  'message',
  'path',
  'module',
  'function',
  'package',
  'family',
  'app',
  'level',
  'logger',
  'release',
  'sdk',
]);
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['error.type', 'type'],
  ['error.value', 'value'],
  ['stack.abs_path', 'path'],
  ['stack.module', 'module'],
  ['stack.function', 'function'],
  ['stack.package', 'package'],
  ['in_app', 'app'],
]);
/** These have to hold for one and the same frame. */
const FRAME_KEYS = new Set(['path', 'module', 'function', 'package', 'family', 'app']);

/** null when the key is unknown. */
export function createFingerprintMatcher(writtenKey: string, pattern: string): FingerprintMatcher | null {
  const negate = writtenKey.startsWith('!');
  const plain = negate ? writtenKey.slice(1) : writtenKey;
  const key = ALIASES.get(plain) ?? plain;
  if (!KEYS.has(key) && !key.startsWith('tags.')) return null;
  const path = key === 'path' || key === 'package';
  const caseless = path || key === 'message' || key === 'value' || key === 'type';
  const glob = compileGlob(path ? normalizePath(pattern) : caseless ? pattern.toLowerCase() : pattern, {
    path,
  });
  return { key, pattern, negate, glob: caseless ? (text) => glob(text.toLowerCase()) : glob };
}

/** The first rule that holds; its variables are still to be filled in, its title is not. */
export function applyFingerprintRules(
  rules: readonly FingerprintRule[],
  source: FingerprintSource,
  inApp: InApp,
): AppliedFingerprint | null {
  for (const rule of rules) {
    if (!ruleHolds(rule, source, inApp)) continue;
    const title = rule.title === null ? null : expandVariables(rule.title, source).slice(0, 256);
    return { text: rule.text, fingerprint: rule.fingerprint, title };
  }
  return null;
}

function ruleHolds(rule: FingerprintRule, source: FingerprintSource, inApp: InApp): boolean {
  const frameMatchers = rule.matchers.filter((matcher) => FRAME_KEYS.has(matcher.key));
  const exceptionMatchers = rule.matchers.filter(
    (matcher) => matcher.key === 'type' || matcher.key === 'value',
  );
  const others = rule.matchers.filter(
    (matcher) => !frameMatchers.includes(matcher) && !exceptionMatchers.includes(matcher),
  );
  if (!others.every((matcher) => matchEvent(matcher, source))) return false;
  const exceptions = source.event.exception ?? [];
  if (
    exceptionMatchers.length > 0 &&
    !exceptions.some((exception) => exceptionMatchers.every((matcher) => matchException(matcher, exception)))
  ) {
    return false;
  }
  return frameMatchers.length === 0 || anyFrameMatches(frameMatchers, source, inApp);
}

function matchEvent(matcher: FingerprintMatcher, { event, exception }: FingerprintSource): boolean {
  const values: (string | undefined)[] = [];
  if (matcher.key === 'message') {
    values.push(event.logentry?.formatted ?? event.logentry?.message ?? event.message, exception?.value);
  } else if (matcher.key === 'level') values.push(event.level);
  else if (matcher.key === 'logger') values.push(event.logger);
  else if (matcher.key === 'release') values.push(event.release);
  else if (matcher.key === 'sdk') values.push(event.sdk?.name);
  else {
    const tag = matcher.key.slice('tags.'.length);
    values.push(...event.tags.filter(([key]) => key === tag).map(([, value]) => value));
  }
  const found = values.some((value) => value !== undefined && matcher.glob(value.slice(0, 8192)));
  return found !== matcher.negate;
}

function matchException(matcher: FingerprintMatcher, exception: Exception): boolean {
  const value = matcher.key === 'type' ? exception.type : exception.value;
  return matcher.glob((value ?? '').slice(0, 8192)) !== matcher.negate;
}

function anyFrameMatches(
  matchers: readonly FingerprintMatcher[],
  source: FingerprintSource,
  inApp: InApp,
): boolean {
  const { event } = source;
  const stacks: { frames: readonly Frame[]; inApp: readonly boolean[] | undefined }[] = (
    event.exception ?? []
  ).map((exception, index) => ({
    frames: exception.stacktrace?.frames ?? [],
    inApp: inApp.exceptions[index],
  }));
  if (event.stacktrace) stacks.push({ frames: event.stacktrace.frames, inApp: inApp.stacktrace });
  if (stacks.every((stack) => stack.frames.length === 0)) {
    for (const [index, thread] of (event.threads ?? []).entries()) {
      if (thread.crashed || thread.current || event.threads?.length === 1) {
        stacks.push({ frames: thread.stacktrace?.frames ?? [], inApp: inApp.threads[index] });
      }
    }
  }
  return stacks.some((stack) =>
    stack.frames.some((frame, index) =>
      matchers.every((matcher) => matchFrame(matcher, frame, stack.inApp?.[index] === true, event.platform)),
    ),
  );
}

function matchFrame(matcher: FingerprintMatcher, frame: Frame, inApp: boolean, platform: string): boolean {
  return frameHolds(matcher, frame, inApp, platform) !== matcher.negate;
}

function frameHolds(matcher: FingerprintMatcher, frame: Frame, inApp: boolean, platform: string): boolean {
  switch (matcher.key) {
    case 'app':
      return ['1', 'yes', 'true', 'on'].includes(matcher.pattern.toLowerCase()) === inApp;
    case 'family': {
      const families = matcher.pattern.split(',');
      return families.includes('all') || families.includes(platformFamily(frame.platform || platform));
    }
    case 'path':
      return pathHolds(matcher.glob, frame.abs_path || frame.filename);
    case 'package':
      return pathHolds(matcher.glob, frame.package);
    case 'module':
      return matcher.glob(frame.module ?? '');
    default:
      return matcher.glob(
        displayFunction({
          function: frame.function?.slice(0, 8192),
          rawFunction: frame.raw_function,
          platform: frame.platform || platform,
        }) ?? '',
      );
  }
}

function pathHolds(glob: Glob, path: string | undefined): boolean {
  if (!path) return false;
  const normalized = normalizePath(path.slice(0, 8192));
  return glob(normalized) || (!normalized.startsWith('/') && glob(`/${normalized}`));
}

/**
 * GR3: a project's fingerprint rules, `matcher:pattern … -> value, {{ variable }} title="…"`, one a line. All matchers
 * of a rule must hold; the first rule that holds replaces the client's fingerprint.
 */
import type { Exception } from '../../event.ts';
import { compileGlob, type Glob } from '../enhancements/glob.ts';
import { normalizePath } from '../enhancements/match.ts';
import type { FrameFacts } from '../enhancements/rule.ts';
import { expandVariables, type FingerprintSource } from './fingerprint.ts';
import type { KnownFrame } from './frame-facts.ts';

export interface FingerprintMatcher {
  readonly key: string;
  readonly pattern: string;
  readonly negate: boolean;
  /** Of lower-case text where the key ignores case. */
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

/** The frames that rules see: of the exceptions and of the event's own stack, or else of its threads. */
export interface RuledStack {
  readonly known: readonly KnownFrame[];
  readonly inApp: readonly boolean[];
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
/** These have to hold for one and the same frame; `app` is decided per event, the others follow from the frame. */
const FACT_KEYS = new Set(['path', 'module', 'function', 'package', 'family']);
const CASELESS = new Set(['path', 'package', 'message', 'value', 'type']);
const YES = new Set(['1', 'yes', 'true', 'on']);

/** null when the key is unknown. */
export function createFingerprintMatcher(writtenKey: string, pattern: string): FingerprintMatcher | null {
  const negate = writtenKey.startsWith('!');
  const plain = negate ? writtenKey.slice(1) : writtenKey;
  const key = ALIASES.get(plain) ?? plain;
  if (!KEYS.has(key) && !key.startsWith('tags.')) return null;
  const path = key === 'path' || key === 'package';
  const text = path ? normalizePath(pattern) : CASELESS.has(key) ? pattern.toLowerCase() : pattern;
  return { key, pattern, negate, glob: compileGlob(text, { path }) };
}

/** The first rule that holds; its variables are still to be filled in, its title is not. */
export function applyFingerprintRules(
  rules: readonly FingerprintRule[],
  source: FingerprintSource,
  stacks: readonly RuledStack[],
): AppliedFingerprint | null {
  const { prepared, matchesOf } = prepare(rules);
  const texts = textsOf(source);
  const framesOf = once(() => matchFrames(stacks, matchesOf));
  for (const [index, rule] of prepared.entries()) {
    if (!rule.event.every((matcher) => matchEvent(matcher, source, texts))) continue;
    if (rule.exception.length > 0 && !anyException(rule.exception, texts)) continue;
    if (
      rule.framed &&
      !framesOf()
        .get(index)
        ?.some((flag) => rule.app.every((wanted) => wanted === flag))
    )
      continue;
    const { text, fingerprint, title } = rule.rule;
    return {
      text,
      fingerprint,
      title: title === null ? null : expandVariables(title, source).slice(0, 256),
    };
  }
  return null;
}

interface PreparedRule {
  readonly rule: FingerprintRule;
  readonly event: readonly FingerprintMatcher[];
  readonly exception: readonly FingerprintMatcher[];
  readonly facts: readonly FingerprintMatcher[];
  /** What `app` must be; null: any. */
  readonly app: readonly boolean[];
  readonly framed: boolean;
}

interface PreparedRules {
  readonly prepared: readonly PreparedRule[];
  /** Indexes of the rules whose facts hold for a frame; found once per frame a program throws from. */
  matchesOf(frame: KnownFrame): readonly number[];
}

const NONE: readonly number[] = [];
const known = new WeakMap<readonly FingerprintRule[], PreparedRules>();

function prepare(rules: readonly FingerprintRule[]): PreparedRules {
  const cached = known.get(rules);
  if (cached) return cached;
  const prepared = rules.map((rule): PreparedRule => {
    const facts = rule.matchers.filter(({ key }) => FACT_KEYS.has(key));
    const app = rule.matchers
      .filter(({ key }) => key === 'app')
      .map(({ pattern, negate }) => YES.has(pattern.toLowerCase()) !== negate);
    const exception = rule.matchers.filter(({ key }) => key === 'type' || key === 'value');
    const rest = rule.matchers.filter(
      (matcher) => matcher.key !== 'app' && !facts.includes(matcher) && !exception.includes(matcher),
    );
    return { rule, event: rest, exception, facts, app, framed: facts.length + app.length > 0 };
  });
  const byFrame = new WeakMap<KnownFrame, readonly number[]>();
  const made: PreparedRules = {
    prepared,
    matchesOf(frame) {
      const found = byFrame.get(frame);
      if (found) return found;
      const indexes = prepared.flatMap(({ framed, facts }, index) =>
        framed && facts.every((matcher) => matchFacts(matcher, frame.facts)) ? [index] : [],
      );
      const kept = indexes.length === 0 ? NONE : indexes;
      byFrame.set(frame, kept);
      return kept;
    },
  };
  known.set(rules, made);
  return made;
}

/** Texts of an event as matchers see them, lower case, made when first asked for. */
interface Texts {
  readonly message: () => readonly string[];
  readonly exceptions: () => readonly { readonly type: string; readonly value: string }[];
}

function textsOf({ event, exception }: FingerprintSource): Texts {
  return {
    message: once(() =>
      [event.logentry?.formatted ?? event.logentry?.message ?? event.message, exception?.value].flatMap(
        (text) => (text === undefined ? [] : [caseless(text)]),
      ),
    ),
    exceptions: once(() =>
      (event.exception ?? []).map(({ type, value }: Exception) => ({
        type: caseless(type ?? ''),
        value: caseless(value ?? ''),
      })),
    ),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function caseless(text: string): string {
  return text.slice(0, 8192).toLowerCase();
}

function matchEvent(matcher: FingerprintMatcher, { event }: FingerprintSource, texts: Texts): boolean {
  return eventValues(matcher.key, event, texts).some((value) => matcher.glob(value)) !== matcher.negate;
}

function eventValues(key: string, event: FingerprintSource['event'], texts: Texts): readonly string[] {
  switch (key) {
    case 'message':
      return texts.message();
    case 'level':
      return [event.level];
    case 'logger':
      return event.logger === undefined ? [] : [event.logger];
    case 'release':
      return event.release === undefined ? [] : [event.release];
    case 'sdk':
      return event.sdk?.name === undefined ? [] : [event.sdk.name];
    default: {
      const tag = key.slice('tags.'.length);
      return event.tags.filter(([name]) => name === tag).map(([, value]) => value.slice(0, 8192));
    }
  }
}

/** All of them for one exception. */
function anyException(matchers: readonly FingerprintMatcher[], texts: Texts): boolean {
  return texts
    .exceptions()
    .some((exception) =>
      matchers.every(
        ({ key, glob, negate }) => glob(key === 'type' ? exception.type : exception.value) !== negate,
      ),
    );
}

/** For each rule whose facts hold somewhere: whether the frames are in-app. Most events have none. */
function matchFrames(
  stacks: readonly RuledStack[],
  matchesOf: PreparedRules['matchesOf'],
): ReadonlyMap<number, readonly boolean[]> {
  const found = new Map<number, boolean[]>();
  for (const { known: frames, inApp } of stacks) {
    for (const [at, frame] of frames.entries()) {
      for (const index of matchesOf(frame)) {
        const flag = inApp[at] === true;
        const flags = found.get(index);
        if (flags) flags.push(flag);
        else found.set(index, [flag]);
      }
    }
  }
  return found;
}

function matchFacts({ key, glob, pattern, negate }: FingerprintMatcher, facts: FrameFacts): boolean {
  switch (key) {
    case 'family': {
      const families = pattern.split(',');
      return (families.includes('all') || families.includes(facts.family)) !== negate;
    }
    case 'path':
      return pathHolds(glob, facts.path) !== negate;
    case 'package':
      return pathHolds(glob, facts.package) !== negate;
    case 'module':
      return glob(facts.module) !== negate;
    default:
      return glob(facts.function) !== negate;
  }
}

function pathHolds(glob: Glob, path: string): boolean {
  return path !== '' && (glob(path) || (!path.startsWith('/') && glob(`/${path}`)));
}

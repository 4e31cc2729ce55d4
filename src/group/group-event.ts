/**
 * Entry of the group stage: from one event, which issue it belongs to (hashes), what that issue is called, and why
 * (the variants with their component trees). Pure and synchronous; 60 µs is the budget for 30 frames.
 */
import type { Exception, Frame, SentryEvent } from '../event.ts';
import { eventCulprit } from './culprit.ts';
import { eventTitle } from './title.ts';
import { collectValues, type Component } from './v1/component.ts';
import { applyFingerprintRules, type FingerprintRule } from './v1/fingerprint-rules.ts';
import {
  classifyFingerprint,
  isDefaultMarker,
  resolveFingerprint,
  type FingerprintSource,
} from './v1/fingerprint.ts';
import { hashValues } from './v1/hash.ts';
import { projectRules } from './v1/project-rules.ts';
import { V1, type Strategy } from './v1/strategy.ts';
import { eventVariants, type InApp, type VariantName, type Variants } from './v1/variants.ts';
import { V2 } from './v2/strategy.ts';

export const GROUPING_VERSIONS = ['v1', 'v2'] as const;
export type GroupingVersion = (typeof GROUPING_VERSIONS)[number];

const STRATEGIES: Readonly<Record<GroupingVersion, Strategy>> = { v1: V1, v2: V2 };

export interface GroupingConfig {
  readonly version: GroupingVersion;
  /** The project's stack trace rules, as written. */
  readonly enhancements?: string;
  /** The project's fingerprint rules, parsed by `parseFingerprintRules`. */
  readonly fingerprintRules?: readonly FingerprintRule[];
  /** The version before the last change of version: issues are also found by its hashes for a while. */
  readonly previous?: { readonly version: GroupingVersion; /** Epoch ms. */ readonly until: number };
}

export interface Variant {
  readonly name:
    | 'app'
    | 'system'
    | 'default'
    | 'fallback'
    | 'custom-fingerprint'
    | 'checksum'
    | 'hashed-checksum';
  /** 32 hex digits; null: this way of looking at the event did not count. */
  readonly hash: string | null;
  readonly component: Component | null;
  /** The values of a fingerprint, resolved. */
  readonly values: readonly string[] | null;
}

export interface Grouping {
  /** Hex, distinct, the primary first; never empty. */
  readonly hashes: readonly string[];
  /** GR28: looked up after `hashes` and never given to an issue. */
  readonly previousHashes: readonly string[];
  readonly variants: readonly Variant[];
  readonly version: GroupingVersion;
  readonly title: string;
  readonly culprit: string;
  readonly type: string | null;
  readonly value: string | null;
  readonly platform: string;
  /** What the rules decided for each frame, in the event's order. */
  readonly inApp: InApp;
  /** The fingerprint rule that applied, as written. */
  readonly fingerprintRule: string | null;
}

const MD5 = /^[0-9a-fA-F]{32}$/;

export function groupEvent(event: SentryEvent, config: GroupingConfig): Grouping {
  const grouping = groupAs(event, config, config.version);
  const { previous } = config;
  if (!previous || previous.version === config.version || event.received >= previous.until) return grouping;
  const before = groupAs(event, config, previous.version).hashes;
  return { ...grouping, previousHashes: before.filter((hash) => !grouping.hashes.includes(hash)) };
}

function groupAs(event: SentryEvent, config: GroupingConfig, version: GroupingVersion): Grouping {
  const strategy = STRATEGIES[version];
  const calculated = eventVariants(event, projectRules(config.enhancements), strategy);
  const exception = calculated.mainException ?? event.exception?.at(-1) ?? null;
  const frame = crashFrame(event, exception, calculated.inApp);
  const source: FingerprintSource = { event, exception, frame };
  const ruled = config.fingerprintRules
    ? applyFingerprintRules(config.fingerprintRules, source, calculated.stacks)
    : null;
  const variants = decide(event, calculated, source, ruled?.fingerprint ?? event.fingerprint, strategy);
  const titled = eventTitle(event, exception, frame?.function || null);
  return {
    hashes: [...new Set(variants.map((variant) => variant.hash).filter((hash) => hash !== null))],
    previousHashes: [],
    variants,
    version,
    ...titled,
    title: ruled?.title ?? titled.title,
    culprit: eventCulprit(event, frame),
    platform: event.platform,
    inApp: calculated.inApp,
    fingerprintRule: ruled?.text ?? null,
  };
}

function decide(
  event: SentryEvent,
  calculated: Variants,
  source: FingerprintSource,
  fingerprint: readonly string[] | undefined,
  { fingerprintValue }: Strategy,
): Variant[] {
  if (event.checksum) {
    const plain = MD5.test(event.checksum);
    const hash = plain ? event.checksum.toLowerCase() : hashValues([event.checksum]);
    return [
      { name: plain ? 'checksum' : 'hashed-checksum', hash, component: null, values: [event.checksum] },
    ];
  }
  const kind = classifyFingerprint(fingerprint);
  if (kind.kind === 'custom') {
    const values = resolveFingerprint(kind.values, source);
    const muted = calculatedVariants(calculated, () => null, 'custom fingerprint takes precedence');
    const hash = hashValues(values.map(fingerprintValue));
    return [{ name: 'custom-fingerprint', hash, component: null, values }, ...muted];
  }
  const salt =
    kind.kind === 'salted'
      ? resolveFingerprint(kind.values, source).map((value) =>
          isDefaultMarker(value) ? value : fingerprintValue(value),
        )
      : null;
  const hashOf: HashOf = (name, component) =>
    salt ? saltedHash(salt, component) : (calculated.hashes[name] ?? null);
  const variants = calculatedVariants(calculated, hashOf, null);
  if (variants.some((variant) => variant.hash !== null)) return variants;
  const fallback = hashValues(salt ? salt.filter((value) => !isDefaultMarker(value)) : []);
  return [{ name: 'fallback', hash: fallback, component: null, values: null }, ...variants];
}

type HashOf = (name: VariantName, component: Component) => string | null;

/** Order of look-up: the user's frames first. */
function calculatedVariants(calculated: Variants, hashOf: HashOf, hint: string | null): Variant[] {
  const variants: Variant[] = [];
  for (const name of ['app', 'system', 'default'] as const) {
    const component = calculated.components.get(name);
    if (!component) continue;
    if (hint) component.hint = hint;
    variants.push({ name, hash: hashOf(name, component), component, values: null });
  }
  return variants;
}

/** GR2: the default values stand where the marker stands. */
function saltedHash(salt: readonly string[], component: Component): string | null {
  if (!component.contributes) return null;
  const values: string[] = [];
  for (const value of salt) {
    if (isDefaultMarker(value)) collectValues(component, values);
    else values.push(value);
  }
  return hashValues(values);
}

/** The user's frame nearest to the crash, else the nearest one. */
function crashFrame(event: SentryEvent, exception: Exception | null, inApp: InApp): Frame | null {
  if (exception?.stacktrace) {
    const index = event.exception?.indexOf(exception) ?? -1;
    return pick(exception.stacktrace.frames, inApp.exceptions[index]);
  }
  if (event.stacktrace) return pick(event.stacktrace.frames, inApp.stacktrace);
  const threads = event.threads ?? [];
  const index = threads.findIndex((thread) => thread.crashed || thread.current);
  const at = index < 0 && threads.length === 1 ? 0 : index;
  return pick(threads[at]?.stacktrace?.frames ?? [], inApp.threads[at]);
}

function pick(frames: readonly Frame[], inApp: readonly boolean[] | undefined): Frame | null {
  return frames.findLast((_, index) => inApp?.[index] === true) ?? frames.at(-1) ?? null;
}

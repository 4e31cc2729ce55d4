/**
 * What a version decides for itself, as values: the rest of the folder is the same for all versions that use it.
 * `v1` is the set below; a later version takes it and replaces parts.
 */
import type { Exception } from '../../event.ts';
import { createRuleSet, type RuleSet } from '../enhancements/rule-set.ts';
import { BUILTIN_RULES } from './builtin.ts';
import type { Component } from './component.ts';
import { filenameComponent } from './filename.ts';
import type { FrameCache } from './frame-cache.ts';
import { createFrameCache, type KnownFrame } from './frame-facts.ts';
import { functionComponent, type FunctionInput } from './function-name.ts';
import { normalizeMessage } from './message.ts';
import { moduleComponent } from './module.ts';
import { parameterize } from './parameterize.ts';

export interface Strategy {
  readonly version: 'v1' | 'v2';
  readonly builtin: RuleSet;
  /** Frames as this version sees them; never shared between versions. */
  readonly frames: FrameCache<KnownFrame>;
  readonly module: (module: string | undefined, absPath: string | undefined, platform: string) => Component;
  readonly filename: (
    filename: string | undefined,
    absPath: string | undefined,
    platform: string,
  ) => Component;
  readonly function: (input: FunctionInput) => Component;
  /** A message or an exception's value as it enters the hash; empty: it does not. */
  readonly text: (text: string) => string;
  /** Whether an exception's value counts although it has a stack. */
  readonly valueBesideStack: (exception: Exception, platform: string) => boolean;
  /** A value of a fingerprint as it enters the hash. */
  readonly fingerprintValue: (value: string) => string;
}

export const V1: Strategy = {
  version: 'v1',
  builtin: createRuleSet(BUILTIN_RULES),
  frames: createFrameCache(),
  module: moduleComponent,
  filename: filenameComponent,
  function: functionComponent,
  text: (text) => normalizeMessage(text, parameterize),
  valueBesideStack: () => false,
  fingerprintValue: (value) => value,
};

/**
 * A project's own filters, sampling and scrubbing, as plain data that crosses to a digest thread, and compiled, once per
 * distinct settings and thread. In: the settings of a project. Out: what `applyRules` takes.
 */
import { createHash } from 'node:crypto';
import { compileRules, type ProjectRules, type RuleSettings } from './ingest/project-rules.ts';
import { Lru } from './lib/lru.ts';
import type { ProjectSettings } from './store/projects.ts';

export interface KeyedRules extends RuleSettings {
  /** Equal for equal settings, and short. */
  readonly key: string;
}

const known = new WeakMap<ProjectSettings, KeyedRules | 'none'>();

/** undefined: nothing is set. The same settings object gives the same answer without work. */
export function ruleSettingsOf(settings: ProjectSettings): KeyedRules | undefined {
  let found = known.get(settings);
  if (found === undefined) known.set(settings, (found = keyed(settings)));
  return found === 'none' ? undefined : found;
}

function keyed({ sampleRate, filters, scrub }: ProjectSettings): KeyedRules | 'none' {
  const plain: RuleSettings = {
    sampleRate: sampleRate ?? 1,
    ...(filters && { filters }),
    ...(scrub && { scrub }),
  };
  if (compileRules(plain) === null) return 'none';
  return { key: createHash('sha256').update(JSON.stringify(plain)).digest('base64url'), ...plain };
}

/** Of this thread. */
const compiled = new Lru<string, ProjectRules>(500);

export function rulesOf(settings: KeyedRules): ProjectRules | null {
  const cached = compiled.get(settings.key);
  if (cached) return cached;
  const rules = compileRules(settings);
  if (rules) compiled.set(settings.key, rules);
  return rules;
}

/**
 * How a project groups, as plain data that crosses to a digest thread, and parsed, once per distinct settings and
 * thread. In: the settings of a project. Out: what `groupEvent` takes.
 */
import { createHash } from 'node:crypto';
import { GROUPING_VERSIONS, type GroupingConfig, type GroupingVersion } from './group/group-event.ts';
import { parseFingerprintRules } from './group/v1/parse-fingerprint-rules.ts';
import { Lru } from './lib/lru.ts';
import type { ProjectSettings } from './store/projects.ts';

export interface GroupingSettings {
  /** Equal for equal settings, and short: rules are long and looked up for every event. */
  readonly key: string;
  readonly version: GroupingVersion;
  readonly previous?: { readonly version: GroupingVersion; readonly until: number };
  readonly enhancements?: string;
  readonly fingerprintRules?: string;
}

const known = new WeakMap<ProjectSettings, GroupingSettings>();

/** The same settings object gives the same answer without work. */
export function groupingSettingsOf(settings: ProjectSettings): GroupingSettings {
  const cached = known.get(settings);
  if (cached) return cached;
  const { previousGrouping, enhancements, fingerprintRules } = settings;
  const plain = {
    version: groupingVersionOf(settings.groupingVersion),
    ...(previousGrouping && {
      previous: { version: groupingVersionOf(previousGrouping.version), until: previousGrouping.until },
    }),
    ...(enhancements && { enhancements }),
    ...(fingerprintRules && { fingerprintRules }),
  };
  const key = createHash('sha256').update(JSON.stringify(plain)).digest('base64url');
  const made: GroupingSettings = { key, ...plain };
  known.set(settings, made);
  return made;
}

/** Of this thread. A parsed set of rules is about 100 KB with what it has matched. */
const configs = new Lru<string, GroupingConfig>(500);

export function groupingConfigOf(settings: GroupingSettings): GroupingConfig {
  const cached = configs.get(settings.key);
  if (cached) return cached;
  const { version, previous, enhancements, fingerprintRules } = settings;
  const config: GroupingConfig = {
    version,
    ...(previous && { previous }),
    ...(enhancements && { enhancements }),
    ...(fingerprintRules && { fingerprintRules: parseFingerprintRules(fingerprintRules).rules }),
  };
  configs.set(settings.key, config);
  return config;
}

/** A project that is older than the setting is `v1`. */
export function groupingVersionOf(name: string | null | undefined): GroupingVersion {
  return GROUPING_VERSIONS.find((version) => version === name) ?? 'v1';
}

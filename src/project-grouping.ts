/**
 * Grouping as a project is set: its version and its rules, parsed once per settings object. The settings come from the
 * cached project, so a warm event costs one look-up and no parsing.
 */
import { GROUPING_VERSIONS, type GroupingConfig, type GroupingVersion } from './group/group-event.ts';
import { parseFingerprintRules } from './group/v1/parse-fingerprint-rules.ts';
import { Lru } from './lib/lru.ts';
import type { ProjectSettings } from './store/projects.ts';

const configs = new WeakMap<ProjectSettings, GroupingConfig>();
const texts = new WeakMap<ProjectSettings, string>();
const parsed = new Lru<string, GroupingConfig>(200);

/** The same settings object gives the same, already parsed configuration. */
export function groupingConfigOf(settings: ProjectSettings): GroupingConfig {
  const known = configs.get(settings);
  if (known) return known;
  const { previousGrouping, enhancements, fingerprintRules } = settings;
  const config: GroupingConfig = {
    version: groupingVersionOf(settings.groupingVersion),
    ...(previousGrouping && {
      previous: { version: groupingVersionOf(previousGrouping.version), until: previousGrouping.until },
    }),
    ...(enhancements && { enhancements }),
    ...(fingerprintRules && { fingerprintRules: parseFingerprintRules(fingerprintRules).rules }),
  };
  configs.set(settings, config);
  return config;
}

export function groupingVersionOf(name: string | null | undefined): GroupingVersion {
  return GROUPING_VERSIONS.find((version) => version === name) ?? 'v1';
}

/**
 * The same as text, so that it crosses to a worker thread with each event: short, unless a project has many rules, and
 * parsed there once per text.
 */
export function groupingTextOf(settings: ProjectSettings): string {
  const known = texts.get(settings);
  if (known !== undefined) return known;
  const { groupingVersion, previousGrouping, enhancements, fingerprintRules } = settings;
  const text = JSON.stringify({ groupingVersion, previousGrouping, enhancements, fingerprintRules });
  texts.set(settings, text);
  return text;
}

/** Back from `groupingTextOf`. */
export function groupingConfigFrom(text: string): GroupingConfig {
  const known = parsed.get(text);
  if (known) return known;
  const config = groupingConfigOf(JSON.parse(text) as ProjectSettings);
  parsed.set(text, config);
  return config;
}

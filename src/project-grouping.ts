/**
 * Grouping as a project is set: its version and its rules, parsed once per settings object. The settings come from the
 * cached project, so a warm event costs one look-up and no parsing.
 */
import type { SentryEvent } from './event.ts';
import {
  GROUPING_VERSIONS,
  groupEvent,
  type Grouping,
  type GroupingConfig,
  type GroupingVersion,
} from './group/group-event.ts';
import { parseFingerprintRules } from './group/v1/parse-fingerprint-rules.ts';
import type { ProjectSettings } from './store/projects.ts';

const configs = new WeakMap<ProjectSettings, GroupingConfig>();

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

/** The `group` step of the pipeline. A project that is gone is grouped anyhow; storing refuses it. */
export function createProjectGrouping(
  settingsOf: (projectId: number) => Promise<ProjectSettings | null>,
): (event: SentryEvent, projectId: number) => Promise<Grouping | null> {
  const unset: ProjectSettings = {};
  return async (event, projectId) => {
    let settings: ProjectSettings | null;
    try {
      settings = await settingsOf(projectId);
    } catch {
      // By the wrong version it would make issues that are never found again; the writer logs the outage.
      return null;
    }
    return groupEvent(event, groupingConfigOf(settings ?? unset));
  };
}

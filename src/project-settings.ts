/**
 * A project's settings as REST says them and as they are stored. In between: what is absent in the database is the
 * default, so that a new setting needs no migration.
 */
import type { ProjectSettings, ProjectSettingsPatch } from './protocol/rest.ts';
import type { ProjectSettings as StoredSettings } from './store/projects.ts';

export function toSettings(stored: StoredSettings): ProjectSettings {
  const { filters, scrub } = stored;
  return {
    rate_limit: stored.rateLimit ?? null,
    allowed_origins: stored.allowedOrigins ?? null,
    sample_rate: stored.sampleRate ?? 1,
    filters: {
      browser_extensions: filters?.browserExtensions ?? false,
      legacy_browsers: filters?.legacyBrowsers ?? false,
      localhost: filters?.localhost ?? false,
      health_checks: filters?.healthChecks ?? false,
      messages: filters?.messages ?? [],
      releases: filters?.releases ?? [],
      environments: filters?.environments ?? [],
    },
    scrub: { keys: scrub?.keys ?? [], ip_addresses: scrub?.ipAddresses ?? false },
    spike_protection: stored.spikeProtection ?? false,
    retention_days: stored.retentionDays ?? null,
    attachment_budget_bytes: stored.attachmentBudgetBytes ?? null,
  };
}

/** The change to save: the settings of this page, without those of grouping. */
export function toStored(before: StoredSettings, patch: ProjectSettingsPatch): StoredSettings {
  const now = toSettings(before);
  const filters = { ...now.filters, ...patch.filters };
  const scrub = { ...now.scrub, ...patch.scrub };
  const rest = { ...now, ...patch };
  return {
    rateLimit: rest.rate_limit,
    allowedOrigins: rest.allowed_origins,
    sampleRate: rest.sample_rate,
    filters: {
      browserExtensions: filters.browser_extensions,
      legacyBrowsers: filters.legacy_browsers,
      localhost: filters.localhost,
      healthChecks: filters.health_checks,
      messages: filters.messages,
      releases: filters.releases,
      environments: filters.environments,
    },
    scrub: { keys: scrub.keys, ipAddresses: scrub.ip_addresses },
    spikeProtection: rest.spike_protection,
    retentionDays: rest.retention_days,
    attachmentBudgetBytes: rest.attachment_budget_bytes,
  };
}

/**
 * What a project's settings mean for its events: which are kept, and what is scrubbed of those. null where nothing is
 * set: a project without settings costs nothing.
 */
import type { SentryEvent } from '../event.ts';
import { createFilter, type FilterSettings } from './inbound-filters.ts';
import type { FilterReason, Outcome } from './outcomes.ts';
import { createScrubRules, type ScrubRules, type ScrubSettings } from './scrub-rules.ts';

export interface RuleSettings {
  /** 0 to 1: the share of events that is kept. */
  sampleRate?: number | null;
  filters?: FilterSettings;
  scrub?: ScrubSettings;
}

export interface ProjectRules {
  /** Whether an event is kept: by its id, so that the same event sent again has the same fate. */
  sampled: (eventId: string) => boolean;
  filter: ((event: SentryEvent) => FilterReason | null) | null;
  scrub: ScrubRules | null;
}

export function compileRules(settings: RuleSettings): ProjectRules | null {
  const rate = settings.sampleRate ?? 1;
  const filter = createFilter(settings.filters);
  const scrub = createScrubRules(settings.scrub);
  if (rate >= 1 && filter === null && scrub === null) return null;
  return {
    sampled: (eventId) => rate >= 1 || Number.parseInt(eventId.slice(0, 8), 16) / 2 ** 32 < rate,
    filter,
    scrub,
  };
}

/** Filter, then sample, then scrub, which changes the event. The outcome of an event that ends here; null: it is kept. */
export function applyRules(event: SentryEvent, rules: ProjectRules): Outcome | null {
  const reason = rules.filter?.(event) ?? null;
  if (reason !== null) return { outcome: 'filtered', reason };
  if (!rules.sampled(event.event_id)) return { outcome: 'sampled', reason: 'sample_rate' };
  rules.scrub?.(event);
  return null;
}

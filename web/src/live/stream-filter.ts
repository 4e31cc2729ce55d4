/** The live page's filter, one search text: in its URL, and to the server as a filter of the stream. */
import { LEVELS } from '../../../src/event.ts';
import { quoted } from './issue-filter.ts';

export interface StreamFilter {
  /** The search syntax, of events: `level:error environment:production`. */
  q: string;
}

export const ALL_EVENTS: StreamFilter = { q: '' };

/** Links may name the common terms apart: `?level=error&environment=production`. The router reads `?q=42` as a number. */
export function parseStreamFilter({ q, level, environment }: Record<string, unknown>): StreamFilter {
  if (typeof q === 'string' || typeof q === 'number') return { q: `${q}` };
  const terms: string[] = [];
  const known = LEVELS.find((one) => one === level);
  if (known !== undefined) terms.push(`level:${known}`);
  if (typeof environment === 'string' && environment !== '') terms.push(`environment:${quoted(environment)}`);
  return { q: terms.join(' ') };
}

/** `filters` of a subscribe message, and parameters of the log. */
export function streamFilters({ q }: StreamFilter): { q?: string } {
  return q === '' ? {} : { q };
}

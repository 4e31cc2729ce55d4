/** The live page's filter: in its URL, and to the server as stream filters and REST parameters. */
import { LEVELS, type Level } from '../../../src/event.ts';

export interface StreamFilter {
  level: Level | 'all';
  environment: string;
}

export const ALL_EVENTS: StreamFilter = { level: 'all', environment: '' };

export function parseStreamFilter(search: Record<string, unknown>): StreamFilter {
  const level = LEVELS.find((known) => known === search['level']);
  return {
    level: level ?? 'all',
    environment: typeof search['environment'] === 'string' ? search['environment'] : '',
  };
}

/** `filters` of a subscribe message; REST has parameters of the same names. */
export function streamFilters(filter: StreamFilter): { [key: string]: string } {
  return {
    ...(filter.level === 'all' ? {} : { level: filter.level }),
    ...(filter.environment === '' ? {} : { environment: filter.environment }),
  };
}

export function matchesStream(
  filter: StreamFilter,
  event: { level: Level; environment: string | null },
): boolean {
  return (
    (filter.level === 'all' || event.level === filter.level) &&
    (filter.environment === '' || event.environment === filter.environment)
  );
}

/** The range of time and the way of splitting that the overview shows; both are in its URL. Pure. */
import type { Interval, Volume } from '../../../src/protocol/rest.ts';

export const PRESETS = ['1h', '24h', '7d', '14d'] as const;
export type Preset = (typeof PRESETS)[number];
export type SplitBy = Volume['by'];

export interface OverviewSearch {
  range: Preset;
  by: SplitBy;
  /** A range of one's own, ISO 8601; both or none. */
  from?: string;
  to?: string;
}

export const DEFAULT_OVERVIEW: OverviewSearch = { range: '24h', by: 'level' };
const DIMENSIONS: readonly SplitBy[] = ['level', 'environment', 'release'];

const MINUTE_MS = 60_000;
export const INTERVAL_MS: Readonly<Record<Interval, number>> = {
  minute: MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 1440 * MINUTE_MS,
};
const HOUR_MS = INTERVAL_MS.hour;
/** A closer look than this shows nothing more. */
const SHORTEST_MS = 5 * MINUTE_MS;

/** What is unknown falls back to the default. */
export function parseOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const from = timeOf(search['from']);
  const to = timeOf(search['to']);
  return {
    range: PRESETS.find((preset) => preset === search['range']) ?? DEFAULT_OVERVIEW.range,
    by: DIMENSIONS.find((by) => by === search['by']) ?? DEFAULT_OVERVIEW.by,
    ...(from !== null && to !== null && from < to && { from: isoOf(from), to: isoOf(to) }),
  };
}

function timeOf(value: unknown): number | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

/** Parameters of the REST API. */
export interface RangeRequest {
  since: string;
  until?: string;
}

export function rangeRequest(search: OverviewSearch): RangeRequest {
  return search.from !== undefined && search.to !== undefined
    ? { since: search.from, until: search.to }
    : { since: search.range };
}

const PRESET_INTERVAL: Readonly<Record<Preset, Interval>> = {
  '1h': 'minute',
  '24h': '15m',
  '7d': 'hour',
  '14d': 'hour',
};

/** So that there are a few dozen to a few hundred bars. */
export function intervalOf(search: OverviewSearch): Interval {
  if (search.from === undefined || search.to === undefined) return PRESET_INTERVAL[search.range];
  const hours = (Date.parse(search.to) - Date.parse(search.from)) / HOUR_MS;
  if (hours <= 2) return 'minute';
  if (hours <= 12) return '5m';
  if (hours <= 36) return '15m';
  return hours <= 24 * 16 ? 'hour' : 'day';
}

/** The range of buckets that were brushed, never shorter than what can be told apart. */
export function brushedRange(fromMs: number, toMs: number): { from: string; to: string } {
  const missing = Math.max(0, SHORTEST_MS - (toMs - fromMs));
  return { from: isoOf(fromMs - missing / 2), to: isoOf(toMs + missing / 2) };
}

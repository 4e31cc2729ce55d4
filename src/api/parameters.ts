/** Query parameters that several routes share: pages, times. */
import { z } from '@hono/zod-openapi';
import type { Clock } from '../lib/clock.ts';
import type { PageRequest, TimeRange } from './api-deps.ts';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

export const pageQuery = {
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
};

/** What of a query asks for a page. */
export function pageRequest({ cursor, limit }: { cursor?: string | undefined; limit: number }): PageRequest {
  return { limit, ...(cursor !== undefined && { cursor }) };
}

/** Absolute, or back from now. */
type Moment = { at: number } | { agoMs: number };

export function parseMoment(text: string): Moment | null {
  const ago = /^(\d{1,5})([mhdw])$/.exec(text);
  if (ago) {
    const unit = z.enum(['m', 'h', 'd', 'w']).parse(ago[2]);
    return { agoMs: Number(ago[1]) * UNIT_MS[unit] };
  }
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : { at };
}

const moment = z
  .string()
  .max(40)
  .transform((text, ctx): Moment => {
    const parsed = parseMoment(text);
    if (parsed) return parsed;
    ctx.addIssue({ code: 'custom', message: 'Not a time: ISO 8601, or back from now as in 30m, 24h, 14d.' });
    return z.NEVER;
  })
  .openapi({ type: 'string', description: 'ISO 8601, or back from now: `30m`, `24h`, `14d`, `2w`.' });

export const rangeQuery = { since: moment.optional(), until: moment.optional() };

/** IANA names only: an offset or an abbreviation means something else in PostgreSQL. */
export const timeZoneQuery = z
  .string()
  .max(60)
  .default('UTC')
  .refine(isTimeZone, 'Not a time zone: a name as Europe/Berlin.')
  .openapi({ description: 'IANA name: `Asia/Kolkata`. Days and hours are those of the zone.' });

function isTimeZone(name: string): boolean {
  if (!/^(UTC|[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+)+)$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

interface RangeInput {
  since?: Moment | undefined;
  until?: Moment | undefined;
}

/** Epoch ms, absent where not given. */
export function rangeOf(query: RangeInput, clock: Clock): TimeRange {
  const ms = (value: Moment) => ('at' in value ? value.at : clock.now() - value.agoMs);
  return {
    ...(query.since && { since: ms(query.since) }),
    ...(query.until && { until: ms(query.until) }),
  };
}

const SEARCHED_MS = 14 * UNIT_MS.d;

/** Of a list: the last 14 days unless it says otherwise. */
export function searchRange(query: RangeInput, clock: Clock): TimeRange {
  return query.since === undefined && query.until === undefined
    ? { since: clock.now() - SEARCHED_MS }
    : rangeOf(query, clock);
}

/** A whole range, at most `maxMs` long: by default the last `defaultMs`. */
export function boundedRange(
  query: RangeInput,
  clock: Clock,
  o: { defaultMs: number; maxMs: number },
): Required<TimeRange> {
  const asked = rangeOf(query, clock);
  const until = asked.until ?? clock.now();
  const since = asked.since ?? until - o.defaultMs;
  return { since: Math.max(since, until - o.maxMs), until };
}

/** The given parameters only: an absent one is no key, as the ports want it. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

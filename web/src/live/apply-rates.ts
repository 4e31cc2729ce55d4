/** What the server counted in the last second, onto a volume that reaches until now: pure. */
import type { RatesMessage } from '../../../src/protocol/down.ts';
import type { Volume } from '../../../src/protocol/rest.ts';

/** The same reference when nothing changes. `null`: so much time has passed that it must be asked for again. */
export function applyRates(
  volume: Volume,
  rates: Pick<RatesMessage, 'total' | 'by_level'>,
  o: { now: number; bucketMs: number },
): Volume | null {
  const last = volume.starts.at(-1);
  if (last === undefined) return null;
  const passed = Math.max(0, Math.floor((o.now - Date.parse(last)) / o.bucketMs));
  if (passed >= volume.starts.length) return null;
  if (passed === 0 && rates.total === 0) return volume;
  const shifted = passed === 0 ? volume : shift(volume, passed, Date.parse(last), o.bucketMs);
  return rates.total === 0 ? shifted : add(shifted, rates);
}

/** The oldest buckets go as new ones begin. */
function shift(volume: Volume, by: number, last: number, bucketMs: number): Volume {
  const zeros = Array.from({ length: by }, () => 0);
  const moved = (counts: readonly number[]) => [...counts.slice(by), ...zeros];
  const begun = zeros.map((_, i) => new Date(last + (i + 1) * bucketMs).toISOString());
  return {
    ...volume,
    starts: [...volume.starts.slice(by), ...begun],
    total: moved(volume.total),
    series: volume.series.map(({ name, events }) => {
      const counts = moved(events);
      return { name, events: counts, sum: counts.reduce((a, b) => a + b, 0) };
    }),
  };
}

/** Only levels are known of single events; whose environment or release it was comes with the next answer. */
function add(volume: Volume, rates: Pick<RatesMessage, 'total' | 'by_level'>): Volume {
  const total = addToLast(volume.total, rates.total);
  if (volume.by !== 'level') return { ...volume, total };
  const known = new Set(volume.series.map(({ name }) => name));
  const fresh = Object.keys(rates.by_level)
    .filter((name) => !known.has(name))
    .map((name) => ({ name, sum: 0, events: volume.total.map(() => 0) }));
  const byLevel = new Map(Object.entries(rates.by_level));
  const series = [...volume.series, ...fresh].map((one) => {
    const more = byLevel.get(one.name ?? '') ?? 0;
    return more === 0 ? one : { ...one, sum: one.sum + more, events: addToLast(one.events, more) };
  });
  return { ...volume, total, series };
}

function addToLast(counts: readonly number[], more: number): number[] {
  return [...counts.slice(0, -1), (counts.at(-1) ?? 0) + more];
}

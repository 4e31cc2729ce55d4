/** The resident memory of a process over time, and whether it is flat: the judgement of every soak that runs for minutes. */
import { rssMb } from '../../bench/support/cpu.ts';
import { percentile } from '../../bench/support/report.ts';

export interface MemorySeries {
  /** Medians of the second and the last third, for a busy machine gives the server bursts. */
  rss_middle_mb: number;
  rss_last_mb: number;
  rss_max_mb: number;
  /** The last third within 15 % and 40 MB of the second. */
  flat: boolean;
  /** Thinned: enough to see a slope. */
  rss_series_mb: string;
}

const SAMPLE_MS = 1000;
const SERIES_POINTS = 60;
const MAX_GROWTH = 1.15;
/** What the heaps take when a machine that was busy lets the load speed up: 67 MB of 381 were seen. */
const SLACK_MB = 40;

/** `onSample` hears each sample in MB. */
export function watchMemory(pid: number, onSample?: (mb: number, count: number) => void): () => MemorySeries {
  const samples: number[] = [];
  const timer = setInterval(() => {
    const mb = rssMb(pid);
    samples.push(mb);
    onSample?.(mb, samples.length);
  }, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    return judgeMemory(samples);
  };
}

function judgeMemory(samples: readonly number[]): MemorySeries {
  const third = Math.floor(samples.length / 3);
  const middle = percentile(samples.slice(third, 2 * third), 0.5);
  const last = percentile(samples.slice(2 * third), 0.5);
  const step = Math.max(1, Math.ceil(samples.length / SERIES_POINTS));
  return {
    rss_middle_mb: middle,
    rss_last_mb: last,
    rss_max_mb: Math.max(...samples),
    flat: last <= middle * MAX_GROWTH + SLACK_MB,
    rss_series_mb: samples.filter((_, i) => i % step === 0).join(' '),
  };
}

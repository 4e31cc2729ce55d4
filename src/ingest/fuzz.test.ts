import { expect, it } from 'vitest';
import { corpusDir } from '../../test/support/corpus.ts';
import { fuzzRounds } from '../../test/support/fuzz-rounds.ts';

const corpus = corpusDir();
if (corpus === null) process.stderr.write('SKIPPED: the corpus is not on this machine (MESHER_CORPUS)\n');

it.skipIf(corpus === null)(
  'IN2 2,000 mutations of recorded requests: no 500, no hang, no growth of memory',
  async () => {
    const report = await fuzzRounds({ corpus: corpus ?? '', count: 2_000, seed: 20_261_124 });
    expect(report.wrong).toEqual([]);
    expect(report.sent).toBe(2_000);
    // Both kinds must be there: mutations that are all refused at the door would test nothing.
    expect(report.statuses['200']).toBeGreaterThan(200);
    expect(report.statuses['400']).toBeGreaterThan(200);
    expect(report.memory.after - report.memory.before).toBeLessThan(64 * 1024 * 1024);
  },
  60_000,
);

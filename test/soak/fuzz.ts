/**
 * `npm run soak -- fuzz [count] [seed]`: 100,000 mutations of the corpus against the real handler. Ends with 1 when one
 * was answered 500 or not at all, took over a second, or memory grew.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { corpusDir } from '../support/corpus.ts';
import { fuzzRounds } from '../support/fuzz-rounds.ts';

const MAX_GROWTH = 64 * 1024 * 1024;
// Without a collection what is garbage and what is a leak cannot be told apart.
setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc') as NodeJS.GCFunction;

const corpus = corpusDir();
const [count = '100000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
if (corpus === null) {
  console.error('The corpus is not on this machine: set MESHER_CORPUS.');
  process.exitCode = 1;
} else {
  const start = performance.now();
  const report = await fuzzRounds({
    corpus,
    count: Number(count),
    seed: Number(seed),
    onProgress: (sent) => sent % 10_000 === 0 && console.log(`${sent} sent`),
  });
  const growth = report.memory.after - report.memory.before;
  console.log(
    JSON.stringify(
      { ...report, wrong: report.wrong.slice(0, 20), growth, seconds: (performance.now() - start) / 1000 },
      null,
      1,
    ),
  );
  if (report.wrong.length > 0 || growth > MAX_GROWTH) process.exitCode = 1;
}

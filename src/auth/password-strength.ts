/**
 * Whether a password can be guessed: zxcvbn's estimate, in a thread that lives for one answer. Its dictionaries take
 * 30 MB and a hostile password 100 ms, which neither the server's memory nor its event loop should bear.
 */
import { Worker } from 'node:worker_threads';

const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './password-worker.ts' : './password-worker.js',
  import.meta.url,
);
/** Of 0 to 4: below, guessing over the network is feasible. */
const ENOUGH = 2;
/** What comes after makes it no weaker, and costs time. */
const JUDGED_CHARACTERS = 64;

/** `about`: words that a guesser would try, as the e-mail and the name. */
export async function isGuessable(password: string, about: readonly string[]): Promise<boolean> {
  const data = { password: password.slice(0, JUDGED_CHARACTERS), about: about.flatMap(wordsOf) };
  const worker = new Worker(ENTRY, { workerData: data });
  const score = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread ended without an answer.')));
  });
  return typeof score !== 'number' || score < ENOUGH;
}

function wordsOf(text: string): string[] {
  return [text, ...text.split(/[\s@.]+/)].filter((word) => word.length > 2);
}

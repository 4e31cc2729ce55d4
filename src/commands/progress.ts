/** Progress of a long command on stderr: a line every two seconds, none for what is done before. */
import { byteWords } from './byte-words.ts';
import type { CommandIo } from './command.ts';

const EVERY_MS = 2_000;

export function createProgress(io: Pick<CommandIo, 'err'>, word: string) {
  let next = performance.now() + EVERY_MS;
  return ({ table, bytes }: { table: string; bytes: number }): void => {
    const now = performance.now();
    if (now < next) return;
    next = now + EVERY_MS;
    io.err(`${word} ${table}, ${byteWords(bytes)} so far`);
  };
}

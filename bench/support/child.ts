/** A process beside the benchmark, and one answer of it. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export function startChild(file: string, args: string[] = []): ChildProcess {
  return fork(join(import.meta.dirname, file), args, { execArgv: ['--expose-gc'] });
}

/** The value under `key` of the next message that has it. */
export function reply<T>(child: ChildProcess, key: string): Promise<T> {
  return new Promise((resolve) => {
    const listen = (message: Record<string, T>): void => {
      const value = message[key];
      if (value === undefined) return;
      child.off('message', listen);
      resolve(value);
    };
    child.on('message', listen);
  });
}

export interface Measured {
  rss: number;
  heapUsed: number;
  external: number;
  cpuMs: number;
  /** Events that slow viewers were told about as dropped. */
  dropped: number;
}

export async function measureChild(child: ChildProcess): Promise<Measured> {
  const measured = reply<Measured>(child, 'measured');
  child.send({ measure: true });
  return measured;
}

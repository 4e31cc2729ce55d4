/** Prints the table of a benchmark and writes bench/results/<name>.json with machine, commit and settings. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const RESULTS = join(import.meta.dirname, '../results');

/** Sets exit code 1 when the run was not clean: its numbers are then worth nothing. */
export async function report(name: string, settings: object, rows: object[], clean: boolean): Promise<void> {
  console.table(rows);
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  const result = { name, date: new Date().toISOString(), commit: commit(), machine, settings, clean, rows };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  if (!clean) {
    console.error('NOT CLEAN: something sent was neither received nor accounted for');
    process.exitCode = 1;
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

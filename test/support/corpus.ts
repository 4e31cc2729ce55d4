/** Where the shared test data lies; null when this checkout has none (tests then say so and skip). */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export function corpusDir(): string | null {
  const candidates = [
    process.env['MESHER_CORPUS'],
    resolve(ROOT, '../shared/corpus'),
    resolve(ROOT, '../../shared/corpus'),
  ];
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}

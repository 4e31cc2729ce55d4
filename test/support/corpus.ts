/** Where the recorded requests lie; they are read in place, never copied. null: not on this machine. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export function corpusDir(): string | null {
  const places = [
    process.env['MESHER_CORPUS'],
    resolve(ROOT, '../shared/corpus'),
    resolve(ROOT, '../../shared/corpus'),
  ];
  return places.find((place) => place !== undefined && existsSync(place)) ?? null;
}

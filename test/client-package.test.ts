/** `mesher/client` runs wherever JavaScript does. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

it('ST88 needs no dependency and nothing of Node', () => {
  const seen = new Set<string>();
  const foreign: string[] = [];
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, typeOnly, from = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)( type)?[^;]*? from '([^']+)'/gm,
    )) {
      if (typeOnly !== undefined) continue;
      if (from.startsWith('.')) visit(resolve(dirname(file), from));
      else foreign.push(`${file}: ${from}`);
    }
  };
  visit(join(ROOT, 'src/client/stream-client.ts'));
  expect(foreign).toEqual([]);
  expect(seen.size).toBeGreaterThan(3);
});

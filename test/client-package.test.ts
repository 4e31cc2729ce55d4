/** `mesher/client` as another program gets it: by its name, with nothing but the runtime. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

it('ST88 is imported by its name', () => {
  const program =
    "import { connectStream } from 'mesher/client'; process.stdout.write(typeof connectStream);";
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(output).toBe('function');
});

it('ST88 needs no dependency and nothing of Node', () => {
  const entry = (
    JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: Record<string, string> }
  ).exports['./client'];
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
  visit(join(ROOT, entry ?? ''));
  expect(foreign).toEqual([]);
  expect(seen.size).toBeGreaterThan(3);
});

/** What the documents say about the code is what the code says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { reference } from '../scripts/reference.ts';
import { sdkTable, type SdkResult } from './sdk/record-results.ts';

const ROOT = resolve(import.meta.dirname, '..');

it('docs/reference.md is what the tables say (node scripts/generate-docs.ts)', async () => {
  expect(readFileSync(join(ROOT, 'docs/reference.md'), 'utf8')).toBe(await reference());
});

it('docs/ingest.md has the SDKs of the last run (npm run test:sdks)', () => {
  const report = JSON.parse(readFileSync(join(ROOT, 'bench/results/sdks.json'), 'utf8')) as {
    results: SdkResult[];
  };
  expect(readFileSync(join(ROOT, 'docs/ingest.md'), 'utf8')).toContain(sdkTable(report.results));
});

it('every dependency has its reason in docs/dependencies.md', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const text = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    (name) => !name.startsWith('@types/'),
  );
  const short = (name: string) => name.split('/').at(-1) ?? name;
  expect(
    names.filter((name) => !text.includes(name) && !text.includes(`\`-${short(name).split('-').at(-1)}\``)),
  ).toEqual([]);
});

it('links between the documents lead somewhere', () => {
  const documents = [
    ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
    ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];

  const broken: string[] = [];
  for (const document of documents) {
    const text = readFileSync(join(ROOT, document), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const path = join(ROOT, document, '..', target);
      if (!path.startsWith(ROOT)) continue;
      try {
        readdirSync(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') broken.push(`${document} → ${target}`);
      }
    }
  }

  expect(broken).toEqual([]);
});

it('a rule has one number of its own', () => {
  const folder = join(ROOT, 'docs');
  const numbers = readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/^(?:\| |\*\*)([A-Z]{2,4}\d+)(?= \||\*\*)/gm),
    ])
    .map(([, number = '']) => number);
  expect(numbers.length).toBeGreaterThan(150);
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
});

/**
 * The import table of ARCHITECTURE.md, enforced: siblings never import siblings, each big dependency has one
 * folder, files stay small, no drawers.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const CORE = ['lib', 'core'];
const ALL = '*';

const TABLE: Record<string, { may: string[] | typeof ALL; owns: string[] }> = {
  core: { may: ['lib'], owns: ['zod', 'pino', 'pino-pretty', 'prom-client'] },
  lib: { may: [], owns: [] },
  protocol: { may: [...CORE], owns: [] },
  http: { may: [...CORE], owns: ['ws'] },
  ingest: { may: [...CORE, 'protocol'], owns: ['ws'] },
  group: { may: [...CORE], owns: [] },
  store: { may: [...CORE, 'protocol'], owns: ['pg', 'pg-copy-streams'] },
  publish: { may: [...CORE, 'protocol'], owns: ['@nats-io/transport-node'] },
  stream: { may: [...CORE, 'protocol'], owns: ['ws', 'zod'] },
  api: { may: [...CORE, 'protocol'], owns: ['hono', '@hono/zod-openapi', '@hono/node-server', 'zod'] },
  auth: {
    may: [...CORE],
    owns: ['better-auth', '@better-auth/api-key', '@zxcvbn-ts/core', '@zxcvbn-ts/language-common'],
  },
  mail: { may: [...CORE], owns: ['nodemailer'] },
  client: { may: ['protocol'], owns: [] },
  commands: { may: ALL, owns: [] },
  root: { may: ALL, owns: ['zod'] },
};
/** Files at the top of src that every stage may import. */
const CORE_FILES = new Set(['config.ts', 'errors.ts', 'log.ts', 'metrics.ts', 'event.ts', 'viewer.ts']);

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}

function layerOf(file: string): string {
  const path = relative(join(ROOT, 'src'), file);
  const [first = ''] = path.split('/');
  if (first !== path) return first;
  return CORE_FILES.has(path) ? 'core' : 'root';
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(
      /^\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

const files = sourceFiles(join(ROOT, 'src'));

describe('architecture', () => {
  it('has a row for every folder', () => {
    const layers = new Set(files.map(layerOf));
    expect([...layers].filter((layer) => !(layer in TABLE))).toEqual([]);
  });

  it('imports only what the table allows', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const layer = layerOf(file);
      const row = TABLE[layer];
      for (const specifier of importsOf(file)) {
        const where = `${relative(ROOT, file)} imports ${specifier}`;
        if (specifier.startsWith('.')) {
          const target = layerOf(resolve(dirname(file), specifier));
          if (target !== layer && row?.may !== ALL && !row?.may.includes(target)) wrong.push(where);
          if (!specifier.endsWith('.ts') && !specifier.endsWith('.json'))
            wrong.push(`${where} without its extension`);
        } else if (!specifier.startsWith('node:') && row?.may !== ALL) {
          if (!row?.owns.includes(packageOf(specifier))) wrong.push(where);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('lets the web import only what runs in the browser', () => {
    const web = join(ROOT, 'web', 'src');
    const wrong = readdirSync(web, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
      .flatMap((name) => importsOf(join(web, name)).map((specifier) => [name, specifier] as const))
      .filter(([, specifier]) => specifier.startsWith('../') && specifier.includes('/src/'))
      .filter(([, specifier]) => !/\/src\/(protocol\/|client\/|event\.ts$|viewer\.ts$)/.test(specifier))
      .map(([name, specifier]) => `web/src/${name} imports ${specifier}`);
    expect(wrong).toEqual([]);
  });

  it('keeps no drawers and no file over 500 lines', () => {
    const drawers = files.filter((file) => /\/(index|utils|helpers|types)\.ts$/.test(file));
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 501);
    expect([...drawers, ...long].map((file) => relative(ROOT, file))).toEqual([]);
  });
});

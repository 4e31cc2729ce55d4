/** `npm run bench -- <name> [arguments]`: runs bench/<name>.ts, which exports `run(args)`. */
import { existsSync, readdirSync } from 'node:fs';

const [name = '', ...args] = process.argv.slice(2);
const file = new URL(`./${name}.ts`, import.meta.url);

if (!/^[a-z0-9-]+$/.test(name) || name === 'run' || !existsSync(file)) {
  const names = readdirSync(import.meta.dirname).filter((one) => one.endsWith('.ts') && one !== 'run.ts');
  console.error(`usage: npm run bench -- <${names.map((one) => one.slice(0, -3)).join('|')}>`);
  process.exit(1);
}

const bench = (await import(file.href)) as { run(args: string[]): Promise<{ clean: boolean }> };
const { clean } = await bench.run(args);
process.exit(clean ? 0 : 1);

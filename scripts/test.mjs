/**
 * Runs the tests: `npm test [-- vitest arguments]`, `npm run test:sdks` for the SDK matrix (environment variable
 * MESHER_SDKS=1). Ends with `N passed, N failed, N skipped`, and says why something was skipped.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');
const ownNode = join(BIN, 'node');
const node = existsSync(ownNode) ? ownNode : process.execPath;

const args = process.argv.slice(2);
const sdks = args.includes('--sdks');
const vitest = [
  join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  '--reporter=default',
  `--reporter=${join(ROOT, 'scripts', 'summary-reporter.mjs')}`,
  // The SDKs in processes of their own and those in Chromium.
  ...(sdks ? ['--project=system', '--project=browser', 'test/sdk', 'test/e2e/sentry'] : []),
  ...args.filter((arg) => arg !== '--sdks'),
];
const child = spawn(node, vitest, {
  cwd: ROOT,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`,
    ...(sdks ? { MESHER_SDKS: '1' } : {}),
  },
});
// A terminal sends Ctrl-C to the whole group: the child has it already.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});

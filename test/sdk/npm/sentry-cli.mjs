/**
 * What a deploy script does with sentry-cli: `sentry-cli.mjs report|limited`, with SENTRY_DSN set. Fails when a
 * command fails that should not, or the other way round.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { getPath } = createRequire(import.meta.url)('@sentry/cli/js/helper.js');

function sentryCli(...args) {
  const { status, stderr } = spawnSync(getPath(), args, { encoding: 'utf8' });
  process.stderr.write(stderr);
  return status === 0;
}

function must(condition) {
  if (!condition) throw new Error('sentry-cli did not end as it should');
}

const common = ['--release', 'shop@1.4.2', '--env', 'staging', '--tag', 'region:eu-1'];
const user = ['id:42', 'email:ada@example.com', 'username:ada'].flatMap((pair) => ['--user', pair]);

if (process.argv[2] === 'limited') {
  // It says with its exit code that the server refused.
  for (let i = 0; i < 7; i++) must(sentryCli('send-event', '--message', `error ${i}`) === (i === 0));
} else {
  const event = {
    level: 'error',
    platform: 'python',
    server_name: 'web-7',
    release: 'shop@1.4.2',
    environment: 'staging',
    user: { id: '42', email: 'ada@example.com', username: 'ada' },
    tags: { region: 'eu-1' },
    breadcrumbs: { values: [{ category: 'cart', message: 'added item 7', timestamp: Date.now() / 1000 }] },
    exception: {
      values: [
        { type: 'BankError', value: 'the bank said no' },
        {
          type: 'CheckoutError',
          value: 'card declined',
          stacktrace: {
            frames: [{ filename: 'shop.py', function: 'charge_card', lineno: 7, in_app: true }],
          },
        },
      ],
    },
  };
  const folder = mkdtempSync(join(tmpdir(), 'sentry-cli-'));
  const eventFile = join(folder, 'event.json');
  writeFileSync(eventFile, JSON.stringify(event));
  const payload = JSON.stringify({ ...event, event_id: '7'.repeat(32), timestamp: Date.now() / 1000 });
  const envelopeFile = join(folder, 'event.envelope');
  writeFileSync(
    envelopeFile,
    `${JSON.stringify({ event_id: '7'.repeat(32) })}\n${JSON.stringify({ type: 'event', length: Buffer.byteLength(payload) })}\n${payload}\n`,
  );
  must(sentryCli('send-event', '--message', 'the shop is open', '--level', 'info', ...common, ...user));
  must(sentryCli('send-event', eventFile));
  must(sentryCli('send-envelope', envelopeFile));
  rmSync(folder, { recursive: true });
}

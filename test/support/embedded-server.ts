/**
 * A process that runs the embedded PostgreSQL of one data directory, for tests that kill it. Says what happens as
 * JSON lines on stdout; ends on SIGTERM. Usage: node test/support/embedded-server.ts <dataDir>
 */
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/log.ts';
import { EmbeddedPostgresError } from '../../src/store/embedded/embedded-error.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';

function say(fact: object): void {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}

const dataDir = process.argv[2] ?? '';
try {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: createLogger('silent', { pretty: false }),
    clock: systemClock,
    onState: (state) => say({ state }),
  });
  process.once('SIGTERM', () => void postgres.stop().then(() => process.exit(0)));
  say({ url: postgres.url, pid: postgres.postmasterPid() });
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error;
  say({ reason: error.reason, message: error.message, hint: error.hint });
  process.exitCode = 1;
}

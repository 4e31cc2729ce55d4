/**
 * One real PostgreSQL for a whole test run: the embedded one of the program, without durability. Vitest's global
 * set-up starts it and provides its URL; tests make databases of their own in it.
 */
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/log.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';

export interface TestPostgres {
  /** As superuser, of the database `postgres`. */
  url: string;
  stop(): Promise<void>;
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'mesher-test-pg-'));
  chmodSync(dir, 0o711); // As root, PostgreSQL runs as another account and has to pass.
  const postgres = await startEmbeddedPostgres({
    dataDir: dir,
    log: createLogger('warn', { pretty: false }),
    clock: systemClock,
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      max_connections: '200',
      shared_buffers: '64MB',
    },
  });
  const url = new URL(postgres.url);
  url.pathname = '/postgres';
  return {
    url: url.toString(),
    async stop() {
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

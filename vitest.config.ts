import { defineConfig } from 'vitest/config';

const UNDER_LOAD = ['test/e2e/*-load.test.ts', 'test/e2e/two-browsers.test.ts'];

export default defineConfig({
  test: {
    projects: [
      // Pure: no database, no sockets beyond loopback.
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'web/src/**/*.test.ts', 'test/*.test.ts'],
          exclude: ['src/**/*.pg.test.ts'],
        },
      },
      // Against a real PostgreSQL, one database per file.
      {
        test: {
          name: 'pg',
          include: ['src/**/*.pg.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      // The whole program as a user runs it: real processes, real SDKs, real sockets.
      {
        test: {
          name: 'system',
          include: ['test/sdk/**/*.test.ts', 'test/system/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      // A real browser against a real server, each file with a server of its own.
      {
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          exclude: UNDER_LOAD,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      // Those that hold the page against itself under load: with nothing beside them.
      {
        test: {
          name: 'load',
          include: UNDER_LOAD,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

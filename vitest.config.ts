import { defineConfig } from 'vitest/config';

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
      {
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

/** Storage of a project and an instance that hold nothing. */
import type { StoragePorts } from '../../src/api/api-deps.ts';

const NO_STORAGE = {
  bytes: 0,
  events: { count: 0, bytes: 0, oldest_day: null },
  attachments: { count: 0, bytes: 0 },
  log: { count: 0, bytes: 0 },
};

export function fakeStorage(nowMs: number): StoragePorts {
  return {
    ofProject: async (id) =>
      id === 1
        ? {
            measured: new Date(nowMs).toISOString(),
            retention_days: 90,
            attachment_budget_bytes: null,
            ...NO_STORAGE,
          }
        : null,
    ofInstance: async () => ({
      measured: new Date(nowMs).toISOString(),
      database_bytes: 1,
      wal_bytes: null,
      other_bytes: 1,
      budget_bytes: null,
      budget_state: 'unlimited',
      projects: [{ id: '1', slug: 'shop', name: 'Shop', ...NO_STORAGE }],
    }),
  };
}

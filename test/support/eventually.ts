/** Waits for a condition of another process or socket; the bound only ends a test that has failed. */
import { expect } from 'vitest';

export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 10_000, interval: 10 });
}

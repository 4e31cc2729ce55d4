/**
 * Web Locks as signs of life: a tab or worker holds one until it ends, however it ends, and others wait for it. No
 * port and no event tells of a tab that crashed.
 */
export interface LifeLocks {
  /** Resolves with the name of a lock of its own once it is held. */
  hold(): Promise<string>;
  /** Resolves when its holder is gone. */
  whenGone(name: string): Promise<void>;
}

/** null where there are none: older browsers, and plain HTTP from another machine. */
export function lifeLocks(locks: LockManager | undefined = globalThis.navigator.locks): LifeLocks | null {
  if (locks === undefined) return null;
  return {
    hold: () =>
      new Promise((held) => {
        const name = `mesher ${crypto.randomUUID()}`;
        void locks.request(name, () => {
          held(name);
          return new Promise<never>(() => {});
        });
      }),
    whenGone: (name) => locks.request(name, { mode: 'shared' }, () => undefined),
  };
}

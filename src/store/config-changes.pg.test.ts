import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newProject, newUser } from '../../test/support/new-event.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import type { ConfigChange } from '../viewer.ts';
import { createConfigWatcher, type ConfigWatcher } from './config-changes.ts';
import { createProjectStore } from './projects.ts';

let t: TestDatabase;
const watchers: ConfigWatcher[] = [];
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(async () => {
  await Promise.all(watchers.map((watcher) => watcher.stop()));
  await t.drop();
});

/** Nothing happens by time: the poll is `tick`. */
function manualClock(): { clock: Clock; tick: () => void; pass: (ms: number) => void } {
  const polls: (() => void)[] = [];
  let offset = 0;
  return {
    clock: {
      ...systemClock,
      monotonic: () => performance.now() + offset,
      every(_ms, fn) {
        polls.push(fn);
        return { cancel: () => undefined };
      },
      after: () => ({ cancel: () => undefined }),
    },
    tick: () => polls.forEach((poll) => poll()),
    pass(ms) {
      offset += ms;
    },
  };
}

async function watch(
  url: string,
  clock: Clock,
): Promise<{ seen: ConfigChange[]; until: (n: number) => Promise<void>; watcher: ConfigWatcher }> {
  const watcher = createConfigWatcher({ db: t.connect(), url, clock, log: silentLog });
  watchers.push(watcher);
  const seen: ConfigChange[] = [];
  let wake = (): void => undefined;
  watcher.onChange((change) => {
    seen.push(change);
    wake();
  });
  await watcher.start();
  return {
    seen,
    watcher,
    async until(n) {
      while (seen.length < n) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

const UNREACHABLE = 'postgres://postgres@127.0.0.1:1/nothing';
const kinds = (changes: ConfigChange[]): string[][] => changes.map(({ kind, ref }) => [kind, ref]);

describe('config changes', () => {
  it('DB15 every change of access is told once, by notification alone, whoever makes it', async () => {
    const project = await newProject(t.db);
    const { seen, until } = await watch(t.url, manualClock().clock);
    const user = await newUser(t.db, randomBytes(4).toString('hex'));
    const store = createProjectStore(t.db);
    const key = await store.createKey(project.id, 'ci');
    await store.revokeKey(project.id, key.id);
    await t.db.execute(
      `insert into member (id, "organizationId", "userId", role, "createdAt") values ($1, $2, $1, 'member', now())`,
      [user, project.organizationId],
    );
    await t.db.execute(
      `insert into session (id, "expiresAt", token, "updatedAt", "userId") values ('s1', now(), 't1', now(), $1)`,
      [user],
    );
    await t.db.execute(`delete from session where id = 's1'`);
    await store.updateProject(project.id, { name: 'Renamed' });
    await until(6);
    expect(kinds(seen)).toEqual([
      ['user', user],
      ['project_key', String(key.id)],
      ['project_key', String(key.id)],
      ['member', user],
      ['session', 's1'],
      ['project', String(project.id)],
    ]);
  });

  it('DB15 what changes no access is not told: use of a token, a project’s first event', async () => {
    const project = await newProject(t.db);
    await t.db.execute(
      `insert into apikey (id, "configId", "referenceId", key, enabled, "createdAt", "updatedAt")
       values ('k1', 'default', 'u', 'h', true, now(), now())`,
    );
    const { seen, until } = await watch(t.url, manualClock().clock);
    await t.db.execute(`update apikey set "requestCount" = 5, "lastRequest" = now() where id = 'k1'`);
    await t.db.execute('update projects set first_event_at = now() where id = $1', [project.id]);
    await t.db.execute(`update apikey set enabled = false where id = 'k1'`);
    await until(1);
    expect(kinds(seen)).toEqual([['apikey', 'k1']]);
  });

  it('DB16 a lost notification costs one poll, not the change', async () => {
    const { clock, tick } = manualClock();
    const { seen, until } = await watch(UNREACHABLE, clock);
    const user = await newUser(t.db, randomBytes(4).toString('hex'));
    tick();
    await until(1);
    expect(kinds(seen)).toEqual([['user', user]]);
  });

  it('DB16 a transaction that took its id earlier and commits later is not missed, nor is anything told twice', async () => {
    const { clock, tick } = manualClock();
    const { seen, until } = await watch(UNREACHABLE, clock);
    const [slow, fast] = [randomBytes(4).toString('hex'), randomBytes(4).toString('hex')];
    await t.db.transaction(async (tx) => {
      await tx.execute(`insert into "user" (id, name, email, "emailVerified") values ($1, $1, $1, true)`, [
        slow,
      ]);
      await newUser(t.db, fast);
      tick();
      await until(1);
    });
    tick();
    await until(2);
    await newUser(t.db, 'third');
    tick();
    await until(3);
    expect(seen.map((c) => c.ref)).toEqual([fast, slow, 'third']);
  });

  it('DB16 says within 5 s that it can read nothing', async () => {
    const { clock, pass } = manualClock();
    const { watcher } = await watch(UNREACHABLE, clock);
    expect(watcher.healthy()).toBe(true);
    pass(6_000);
    expect(watcher.healthy()).toBe(false);
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject, newUser } from '../../../test/support/new-event.ts';
import { createTestWriter } from '../../../test/support/store.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../../test/support/test-database.ts';
import { createLogReader } from '../log-reader.ts';
import { backupBeforeMigrations } from './backup-before-migrations.ts';
import { listTables } from './backup-catalog.ts';
import { MAGIC } from './backup-format.ts';
import { restoreBackup } from './restore-backup.ts';
import { writeBackup } from './write-backup.ts';

let folder: string;
let admin: string;
beforeAll(async () => {
  admin = inject('postgresUrl');
  folder = await mkdtemp(join(tmpdir(), 'mesher-backup-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const DAY = 86_400_000;
let files = 0;
const newFile = () => join(folder, `${files++}.mesher`);
const backUp = (t: TestDatabase, file = newFile()) =>
  writeBackup({ url: t.url, file, version: '1.2.3' }).then((report) => ({ ...report, file }));
const restore = (t: TestDatabase, file: string, force = false) => restoreBackup({ url: t.url, file, force });

/** All that can be compared of a database: rows of every table, as text. */
async function contents(t: TestDatabase): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  const client = await t.db.pool.connect();
  try {
    for (const { name } of await listTables(client)) {
      const rows = await client.query<{ row: string }>(`select x::text as row from "${name}" x order by 1`);
      all[name] = rows.rows.map(({ row }) => row);
    }
  } finally {
    client.release();
  }
  return all;
}

/** Nobody connected, as a restore demands. */
async function emptyDatabase(): Promise<TestDatabase> {
  return createTestDatabase(admin, { empty: true });
}

async function fill(t: TestDatabase, seed: readonly { error: string; size: number; daysAgo: number }[]) {
  const project = await newProject(t.db);
  await newUser(t.db, randomBytes(4).toString('hex'));
  const writer = createTestWriter(t.db);
  const now = Date.now();
  for (const { error, size, daysAgo } of seed)
    await writer.submit(
      newEvent(project.id, error, {
        receivedAt: now - daysAgo * DAY,
        payload: randomBytes(size),
        userIdent: error,
        release: 'a@1',
      }),
    );
  return project;
}

describe('a backup', () => {
  it('DB46 restored, every row is as it was, whatever was stored', async () => {
    const seed = fc.array(
      fc.record({
        error: fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
          .filter((s) => !s.includes('\0') && s.isWellFormed()),
        size: fc.constantFrom(0, 1, 500, 9_000, 300_000),
        daysAgo: fc.integer({ min: 0, max: 40 }),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(seed, async (events) => {
        const t = await createTestDatabase(admin);
        const target = await emptyDatabase();
        try {
          await fill(t, events);
          const { file, rows } = await backUp(t);
          const before = await contents(t);
          expect(await restore(target, file)).toMatchObject({ rows, header: { mesher: '1.2.3' } });
          const after = await contents(target);
          const [epoch] = await target.db.query<{ epoch: string }>('select epoch from instance');
          const [old] = await t.db.query<{ epoch: string }>('select epoch from instance');
          expect(epoch?.epoch).not.toBe(old?.epoch);
          for (const table of ['instance', 'config_changes', 'leases']) {
            delete before[table];
            delete after[table];
          }
          expect(after).toEqual(before);
        } finally {
          await t.drop();
          await target.drop();
        }
      }),
      { numRuns: 4 },
    );
  });

  it('DB46 restored, it goes on: ids, seqs, triggers and foreign keys work', async () => {
    const t = await createTestDatabase(admin);
    const target = await emptyDatabase();
    const project = await fill(t, [{ error: 'a', size: 10, daysAgo: 0 }]);
    const { file } = await backUp(t);
    await restore(target, file);
    const writer = createTestWriter(target.db);
    expect(await writer.submit(newEvent(project.id, 'a'))).toMatchObject({ kind: 'stored', isNew: false });
    expect(await writer.submit(newEvent(project.id, 'b'))).toMatchObject({ kind: 'stored', isNew: true });
    expect(await createLogReader(target.db).readHead(project.id)).toMatchObject({ head: 5 });
    await newProject(target.db, 'Second');
    expect((await target.db.query('select from config_changes')).length).toBeGreaterThan(0);
    await expect(
      target.db.execute(`insert into project_log (project_id) values (12345)`),
    ).rejects.toMatchObject({ code: '23503' });
    const schema = (db: TestDatabase) =>
      db.db.query(
        `select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
         where connamespace = 'public'::regnamespace and conrelid <> 0 order by 1, 2`,
      );
    expect(await schema(target)).toEqual(await schema(t));
    await t.drop();
    await target.drop();
  });

  it('DB46 is one moment, though events come in while it is made', async () => {
    const t = await createTestDatabase(admin);
    const target = await emptyDatabase();
    const project = await fill(t, []);
    const writer = createTestWriter(t.db);
    let going = true;
    const flood = (async () => {
      for (let i = 0; going; i++)
        await writer.submit(newEvent(project.id, `e${i % 5}`, { payload: randomBytes(5_000) }));
    })();
    const { file } = await backUp(t);
    going = false;
    await flood;
    await restore(target, file);
    const [sums] = await target.db.query<Record<string, number>>(
      `select (select count(*) from events) as events, (select count(*) from event_keys) as keys,
         (select coalesce(sum(event_count), 0) from issues) as counted,
         (select coalesce(sum(events), 0) from event_days) as days,
         (select coalesce(max(seq), 0) from log) as seq, (select seq from project_log) as head`,
    );
    expect(sums).toMatchObject({ keys: sums?.['events'], counted: sums?.['events'], days: sums?.['events'] });
    expect(sums?.['seq']).toBe(sums?.['head']);
    await t.drop();
    await target.drop();
  });

  it('DB47 who is signed in, links and one-time tokens are not in it', async () => {
    const t = await createTestDatabase(admin);
    const target = await emptyDatabase();
    const user = await newUser(t.db, 'u1');
    const secret = `planted-${randomBytes(8).toString('hex')}`;
    await t.db.execute(
      `insert into session (id, "expiresAt", token, "updatedAt", "userId") values ('s', now() + interval '1 day', $1, now(), $2)`,
      [secret, user],
    );
    await t.db.execute(
      `insert into verification (id, identifier, value, "expiresAt") values ('v', 'reset', $1, now() + interval '1 day')`,
      [secret],
    );
    const { file } = await backUp(t);
    const bytes = gunzipSync((await readFile(file)).subarray(MAGIC.length));
    expect(bytes.includes('u1@example.com')).toBe(true);
    expect(bytes.includes(secret)).toBe(false);
    await restore(target, file);
    expect(await target.db.query('select from session')).toEqual([]);
    await t.drop();
    await target.drop();
  });

  it('DB48 damaged anywhere, it is refused and the database is as before', async () => {
    const t = await createTestDatabase(admin);
    await fill(t, [{ error: 'a', size: 5_000, daysAgo: 1 }]);
    const { file } = await backUp(t);
    const whole = await readFile(file);
    const plain = gunzipSync(whole.subarray(MAGIC.length));
    const packed = (bytes: Buffer) => Buffer.concat([Buffer.from(MAGIC), gzipSync(bytes, { level: 1 })]);
    const target = await emptyDatabase();
    await restore(target, file);
    const before = await contents(target);
    await target.db.close();
    const wrong = newFile();
    const flip = (bytes: Buffer, at: number) => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        at,
        fc.constantFrom('cut', 'cut inside', 'flip', 'flip inside', 'more'),
        async (part, how) => {
          const changed = {
            cut: () => whole.subarray(0, Math.floor(part * whole.length)),
            'cut inside': () => packed(plain.subarray(0, Math.floor(part * plain.length))),
            flip: () =>
              flip(whole, MAGIC.length + 10 + Math.floor(part * (whole.length - MAGIC.length - 10))),
            'flip inside': () => packed(flip(plain, Math.floor(part * plain.length))),
            more: () => packed(Buffer.concat([plain, Buffer.from([Math.floor(part * 256)])])),
          }[how]();
          await writeFile(wrong, changed);
          await expect(restore(target, wrong, true)).rejects.not.toThrow(/uses this database/);
        },
      ),
      { numRuns: 25 },
    );
    const again = { ...target, db: target.connect() };
    expect(await contents(again)).toEqual(before);
    await t.drop();
    await target.drop();
  });

  it('DB48 of a newer Mesher, of something else, or over data that is there: refused', async () => {
    const t = await createTestDatabase(admin);
    const { file } = await backUp(t);
    await t.db.execute(`insert into migrations (name, checksum) values ('9999-later.sql', 'x')`);
    const later = await backUp(t);
    const target = await emptyDatabase();
    await target.db.close();
    await expect(restore(target, later.file)).rejects.toThrow(/newer/);
    await writeFile(newFile(), 'x');
    const format2 = newFile();
    await writeFile(format2, 'mesher backup 2\n');
    await expect(restore(target, format2)).rejects.toThrow(/newer/);
    const foreign = newFile();
    await writeFile(foreign, 'PGDMP and more of it');
    await expect(restore(target, foreign)).rejects.toThrow(/no backup/);
    await expect(restore(target, join(folder, 'none'))).rejects.toThrow(/cannot be read/);
    await restore(target, file);
    await expect(restore(target, file)).rejects.toThrow(/not empty/);
    await restore(target, file, true);
    // A server: its pool is connected.
    const server = target.connect();
    await server.query('select 1');
    await expect(restore(target, file, true)).rejects.toThrow(/uses this database/);
    await server.close();
    const other = await emptyDatabase();
    await other.db.execute('create table somebodys (id int)');
    await other.db.close();
    await expect(restore(other, file, true)).rejects.toThrow(/not of Mesher/);
    await expect(backUp(other)).rejects.toThrow(/nothing to back up/);
    await expect(backUp(t, file)).rejects.toThrow(/exists/);
    for (const each of [t, target, other]) await each.drop();
  });

  it('DB49 stopped, it leaves nothing; what a killed one left is removed by the next', async () => {
    const t = await createTestDatabase(admin);
    await fill(t, [{ error: 'a', size: 300_000, daysAgo: 0 }]);
    const file = newFile();
    const abort = new AbortController();
    await expect(
      writeBackup({ url: t.url, file, version: '1', signal: abort.signal, onProgress: () => abort.abort() }),
    ).rejects.toThrow();
    // No process has this pid: they end below 2^22.
    await writeFile(`${file}.99999999.partial`, 'half');
    expect((await readdir(folder)).filter((name) => join(folder, name).startsWith(`${file}.`))).toHaveLength(
      1,
    );
    await backUp(t, file);
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
    await t.drop();
  });

  it('DB45 comes before a new schema, of a database with issues that is not too large; three are kept', async () => {
    const t = await createTestDatabase(admin);
    const kept = join(folder, 'backups');
    const run = (nowMs: number, maxBytes?: number) =>
      backupBeforeMigrations({
        db: t.db,
        url: t.url,
        folder: kept,
        version: '1',
        nowMs,
        log: silentLog,
        ...(maxBytes !== undefined && { maxBytes }),
      });
    const forget = () =>
      t.db.execute(`delete from migrations where name = (select max(name) from migrations)`);
    const [last] = await t.db.query<{ name: string }>('select max(name) as name from migrations');
    await forget();
    // Without any issue there is nothing to lose.
    expect(await run(0)).toBeNull();
    await fill(t, [{ error: 'a', size: 10, daysAgo: 0 }]);
    expect(await run(0, 1_000)).toBeNull();
    for (const hour of [1, 2, 3, 4]) expect(await run(hour * 3_600_000)).toMatch(/before-/);
    await writeFile(join(kept, 'mine.mesher'), 'x');
    expect((await readdir(kept)).toSorted()).toEqual([
      ...[2, 3, 4].map((hour) => `19700101T0${hour}0000Z-before-${last?.name.replace('.sql', '')}.mesher`),
      'mine.mesher',
    ]);
    await t.db.execute(`insert into migrations (name, checksum) values ($1, 'x')`, [last?.name]);
    expect(await run(5 * 3_600_000)).toBeNull();
    await t.drop();
  });
});

import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { dumpSchema } from '../../test/support/dump-schema.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import { migrate } from './migrate.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'), { empty: true });
});
afterAll(() => t.drop());

describe('migrations', () => {
  it('DB20 run once, however many nodes start at once', async () => {
    const nodes = [t.connect(), t.connect(), t.connect()];
    const files = readdirSync(new URL('./migrations/', import.meta.url)).length;
    const results = await Promise.all(nodes.map((db) => migrate(db, { log: silentLog })));
    expect(results.map((r) => r.applied.length).sort((a, b) => a - b)).toEqual([0, 0, files]);
    expect(await migrate(t.db, { log: silentLog })).toEqual({ applied: [] });
    const rows = await t.db.query<{ epoch: string }>('select epoch from instance');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.epoch).toMatch(/^[a-z0-9]{6}$/);
  });

  it('DB21 give exactly schema.sql', async () => {
    await migrate(t.db, { log: silentLog });
    await expect(await dumpSchema(t.db)).toMatchFileSnapshot('schema.sql');
  });

  it('DB20 have each a number of its own', () => {
    const names = readdirSync(new URL('./migrations/', import.meta.url));
    const numbers = names.map((name) => name.slice(0, 4));
    expect(numbers).toEqual([...new Set(numbers)]);
  });

  it('DB20 refuse a database to which a file was applied in another form', async () => {
    await migrate(t.db, { log: silentLog });
    await t.db.execute(`update migrations set checksum = 'other' where name like '0002%'`);
    await expect(migrate(t.db, { log: silentLog })).rejects.toThrow('0002-core.sql');
  });
});

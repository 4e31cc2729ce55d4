import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createCopyEncoder } from './copy-encoder.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'), { empty: true });
  await t.db.execute(
    'create table rows (i int8, s int2, a text, b bytea, at timestamptz, day date, id uuid, yes boolean, l text[])',
  );
});
afterAll(() => t.drop());

const storable = (s: string): string => s.replaceAll('\0', '').toWellFormed();
const row = fc.record({
  i: fc.maxSafeInteger(),
  s: fc.integer({ min: -32_768, max: 32_767 }),
  a: fc.option(fc.string({ unit: 'binary', maxLength: 40 }).map(storable)),
  b: fc.uint8Array({ maxLength: 3_000 }),
  at: fc.integer({ min: Date.UTC(1970), max: Date.UTC(2200) }),
  day: fc.integer({ min: 0, max: 80_000 }).map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10)),
  yes: fc.option(fc.boolean()),
  l: fc.array(fc.string({ unit: 'binary', maxLength: 9 }).map(storable), { maxLength: 4 }),
  id: fc.uuid().map((uuid) => uuid.replaceAll('-', '')),
});

it('DB1 rows encoded for COPY come back as they were', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
      const copy = createCopyEncoder(10); // grows on its way
      for (const r of rows) {
        copy.row(9);
        copy.int8(r.i);
        copy.int2(r.s);
        copy.text(r.a);
        copy.bytes(r.b);
        copy.timestamp(r.at);
        copy.date(r.day);
        copy.uuid(r.id);
        copy.bool(r.yes);
        copy.texts(r.l);
      }
      await t.db.execute('truncate rows');
      await t.db.transaction((tx) => tx.copyIn('copy rows from stdin with (format binary)', copy.finish()));
      const back = await t.db.query<(typeof rows)[number]>('select * from rows');
      expect(back.map((r) => ({ ...r, b: Buffer.from(r.b), id: r.id.replaceAll('-', '') }))).toEqual(
        rows.map((r) => ({ ...r, b: Buffer.from(r.b) })),
      );
    }),
    { numRuns: 50 },
  );
});

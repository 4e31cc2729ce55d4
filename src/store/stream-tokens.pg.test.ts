import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { newUser } from '../../test/support/new-event.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createStreamTokenStore, type StreamTokenStore } from './stream-tokens.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

/** Two nodes with connections of their own. */
async function nodes(): Promise<{ one: StreamTokenStore; other: StreamTokenStore; token: string }> {
  const [one, other] = [createStreamTokenStore(t.db), createStreamTokenStore(t.connect())];
  const userId = await newUser(t.db, `viewer${Math.random().toString(36).slice(2)}`);
  const held = {
    userId,
    credentialKind: 'session',
    credentialId: 's1',
    projectIds: [1],
    expiresAt: NOW + 1000,
  } as const;
  return { one, other, token: await one.create(held, NOW) };
}

const told = async (): Promise<string[]> =>
  (
    await t.db.query<{ ref: string }>(
      `select ref from config_changes where kind = 'stream_token' order by id`,
    )
  ).map(({ ref }) => ref);

it('ST48 of nodes that take a token at the same moment one gets it', async () => {
  const { one, other, token } = await nodes();
  const taken = await Promise.all(
    Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? one : other).take(token, false, NOW)),
  );
  expect(taken.filter((result) => result !== null)).toHaveLength(1);
  expect(await one.take(token, true, NOW)).toBeNull();
  expect(await told()).toEqual([]);
});

it('ST48 each repeated take is numbered and told to all nodes, without the token', async () => {
  const { one, other, token } = await nodes();
  const first = await one.take(token, true, NOW);
  const second = await other.take(token, true, NOW);
  const third = await one.take(token, true, NOW);
  expect([first?.takes, second?.takes, third?.takes]).toEqual([1, 2, 3]);
  expect(await told()).toEqual([`${first?.id}.2`, `${first?.id}.3`]);
  expect(first?.id).not.toContain(token.slice(4));
  expect(await one.take(token, false, NOW)).toBeNull();
  expect(await one.take(token, true, NOW + 1000)).toBeNull();
});

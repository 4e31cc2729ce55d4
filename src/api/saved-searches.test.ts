/** Saved searches over REST, against ports in memory: what is checked before anything is kept. */
import { describe, expect, it } from 'vitest';
import { fakeApi } from '../../test/support/fake-api-deps.ts';

const PATH = '/projects/shop/saved-searches';

describe('saved searches', () => {
  it('API29 are private and by last seen unless they say otherwise', async () => {
    const { calls, request } = fakeApi();
    const made = await request('POST', PATH, { as: 'mia', body: { name: ' Mine ', query: 'is:unresolved' } });
    expect(made.status).toBe(201);
    expect(calls).toEqual([
      'saveSearch 1 {"userId":"mia","administers":false,"name":"Mine","query":"is:unresolved","sort":"last_seen","visibility":"private"}',
    ]);
    await request('POST', PATH, {
      as: 'adam',
      body: { name: 'x', query: '', sort: 'trend', visibility: 'shared' },
    });
    expect(calls[1]).toContain('"administers":true');
  });

  it('API29 a query that is wrong is pointed at by column, and nothing is kept or changed', async () => {
    const { calls, request } = fakeApi();
    const query = 'is:unresolved levle:error';
    const [made, changed] = [
      await request('POST', PATH, { as: 'mia', body: { name: 'x', query: `${query} (` } }),
      await request('PATCH', `${PATH}/11`, { as: 'mia', body: { query: 'is:unresolved is:open' } }),
    ];
    for (const answer of [made, changed]) {
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        error: { code: 'invalid_filter', path: 'query', column: expect.any(Number) as number },
      });
    }
    expect(calls).toEqual([]);
  });

  it('API29 what is not known is refused, with what is wrong', async () => {
    const { calls, request } = fakeApi();
    const body = { name: 'x', query: '' };
    const cases = [
      { ...body, created_by: 'olga' },
      { ...body, visibility: 'built_in' },
      { ...body, sort: 'id; drop table issues' },
      { ...body, name: ' ' },
      { ...body, query: 'x'.repeat(1001) },
      { name: 'x' },
    ];
    for (const wrong of cases)
      expect((await request('POST', PATH, { as: 'mia', body: wrong })).status).toBe(400);
    expect(calls).toEqual([]);
    const taken = await request('POST', PATH, { as: 'mia', body: { ...body, name: 'taken' } });
    expect([taken.status, await taken.json()]).toMatchObject([409, { error: { path: 'name' } }]);
    const foreign = await request('PATCH', `${PATH}/12`, { as: 'mia', body: { name: 'mine now' } });
    expect(foreign.status).toBe(403);
    expect((await request('DELETE', `${PATH}/12`, { as: 'mia' })).status).toBe(404);
    expect((await request('DELETE', `${PATH}/11`, { as: 'mia' })).status).toBe(204);
  });
});

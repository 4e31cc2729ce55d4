/** Every list of the document is asked for page by page in the same way, but for what is ranked and cut. */
import { expect, it } from 'vitest';
import { fakeApi } from '../../test/support/fake-api-deps.ts';

interface Operation {
  parameters?: { name: string; in: string }[];
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Schema {
  properties?: Record<string, unknown>;
}

/** The greatest of something, at most `limit`: there is no next page. */
const RANKED = /^\/projects\/\{p\}\/stats\/|^\/issues\/\{id\}\/(similar|tags)$/;

it('API9 every list takes `cursor` and `limit`, and says what is next', async () => {
  const { request } = fakeApi();
  const document = (await (await request('GET', '/openapi.json')).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const lists: string[] = [];
  for (const [path, { get }] of Object.entries(document.paths)) {
    const properties = get?.responses['200']?.content?.['application/json']?.schema.properties;
    if (properties === undefined || !('items' in properties)) continue;
    expect([path, 'next' in properties]).toEqual([path, true]);
    if (RANKED.test(path)) continue;
    const names = (get?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
    // The log has cursors of the stream.
    const cursor = path.endsWith('/log') ? 'since' : 'cursor';
    expect([path, names.includes(cursor), names.includes('limit')]).toEqual([path, true, true]);
    lists.push(path);
  }
  expect(lists.length).toBeGreaterThanOrEqual(20);
});

it('API9 a limit beyond 100, a limit of nothing and an unknown parameter are refused everywhere', async () => {
  const { request } = fakeApi();
  const paths = ['/tokens', '/organizations', '/me/sessions', '/projects', '/projects/shop/keys'];
  for (const path of paths)
    for (const wrong of ['limit=101', 'limit=0', 'limit=x', 'page=2'])
      expect([path, wrong, (await request('GET', `${path}?${wrong}`, { as: 'mia' })).status]).toEqual([
        path,
        wrong,
        400,
      ]);
});

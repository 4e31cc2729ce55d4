/**
 * The whole table of permissions as it is answered, not as it is written: every route asked by everyone there is, with
 * each scope of a token. The outcome is permissions.txt, which a reader can check; a change of who may what shows there.
 * After adding a route: `vitest run --project unit src/api/permissions -u`, and read the difference.
 */
import { describe, expect, it } from 'vitest';
import { fakeApi, type RequestOptions } from '../../test/support/fake-api-deps.ts';
import { ACCESS } from './access.ts';
import { scopeSchema } from './schemas.ts';

/** Things that exist, so that a 404 means hidden. */
const PARAMETERS: Record<string, string> = {
  p: 'shop',
  id: '11',
  organization: 'acme',
  user: 'mia',
  key: '5',
  event_id: 'a'.repeat(32),
  token: 'good',
};

const PEOPLE: Record<string, RequestOptions> = {
  nobody: {},
  other: { as: 'eve' },
  member: { as: 'mia' },
  admin: { as: 'adam' },
  owner: { as: 'olga' },
};

const { request, calls } = fakeApi();

async function answerTo(method: string, path: string, o: RequestOptions): Promise<string> {
  const { status } = await request(method, path, o);
  if (status === 401 || status === 403) return String(status);
  // Without a body that makes sense an allowed write is 400; some things do not exist: allowed to look all the same.
  return 'yes';
}

/** A route whose organization is not the viewer's is 404, the same as nothing. */
async function hidden(method: string, path: string, o: RequestOptions): Promise<boolean> {
  calls.length = 0;
  return (await request(method, path, o)).status === 404 && calls.length === 0;
}

describe('permissions', () => {
  it('API2 are these, for each route, person and scope', async () => {
    const lines: string[] = [];
    for (const [route, requirement] of Object.entries(ACCESS)) {
      const [method = '', template = ''] = route.split(' ');
      const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name] ?? 'x');
      const inOrganization = ['organization', 'project', 'issue'].includes(requirement.on);
      const cells: string[] = [];
      for (const [who, o] of Object.entries(PEOPLE)) {
        const isHidden = who === 'other' && inOrganization && (await hidden(method, path, o));
        cells.push(isHidden ? '404' : await answerTo(method, path, o));
      }
      const scopes: string[] = [];
      for (const scope of scopeSchema.options)
        if ((await answerTo(method, path, { token: `olga|${scope}` })) === 'yes') scopes.push(scope);
      const all = scopes.length === scopeSchema.options.length;
      lines.push(
        `${route.padEnd(62)} ${cells.map((cell) => cell.padEnd(7)).join(' ')} ${all ? 'any' : scopes.join(' ') || '–'}`.trimEnd(),
      );
    }
    const head = `${'route'.padEnd(62)} ${Object.keys(PEOPLE)
      .map((who) => who.padEnd(7))
      .join(' ')} scopes of a token of the owner`;
    await expect(`${[head, ...lines].join('\n')}\n`).toMatchFileSnapshot('permissions.txt');
  }, 60_000);
});

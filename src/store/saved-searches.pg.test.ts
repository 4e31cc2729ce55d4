import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newProject, newUser } from '../../test/support/new-event.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import {
  createSavedSearchStore,
  MAX_SAVED_SEARCHES,
  type NewSavedSearch,
  type SavedSearchStore,
} from './saved-searches.ts';

let t: TestDatabase;
let store: SavedSearchStore;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  store = createSavedSearchStore(t.db);
});
afterAll(() => t.drop());

const person = (userId: string, administers = false) => ({ userId, administers });
const search = (name: string, more: Partial<NewSavedSearch> = {}): NewSavedSearch => ({
  name,
  query: 'level:error',
  sort: 'events',
  visibility: 'private',
  ...more,
});
async function world() {
  const project = await newProject(t.db);
  const names = ['mia', 'max', 'adam'].map((name) => `${name}-${project.id}`);
  for (const name of names) await newUser(t.db, name);
  const [mia = '', max = '', adam = ''] = names;
  return { id: project.id, mia: person(mia), max: person(max), adam: person(adam, true) };
}
const namesFor = async (projectId: number, viewer: { userId: string; administers: boolean }) =>
  (await store.list(projectId, viewer, { limit: 100 })).items.map(({ name }) => name);
async function idOf(made: ReturnType<SavedSearchStore['create']>): Promise<string> {
  const result = await made;
  if (result.kind !== 'done') throw new Error(result.kind);
  return result.search.id;
}

const BUILT_IN = ['Unresolved', 'New today', 'Assigned to me', 'High priority'];

describe('saved searches', () => {
  it('API29 private ones are seen by their author only, shared ones by everybody of the project alone', async () => {
    const { id, mia, max } = await world();
    const other = await world();
    await store.create(id, mia, search('zoo'));
    await store.create(id, mia, search('Bugs', { visibility: 'shared' }));
    await store.create(id, max, search('apples'));
    expect(await namesFor(id, mia)).toEqual([...BUILT_IN, 'Bugs', 'zoo']);
    expect(await namesFor(id, max)).toEqual([...BUILT_IN, 'apples', 'Bugs']);
    expect(await namesFor(other.id, mia)).toEqual(BUILT_IN);
  });

  it('API29 shared ones are changed by author and admins, private ones by their author', async () => {
    const { id, mia, max, adam } = await world();
    const mine = await idOf(store.create(id, mia, search('mine')));
    const shared = await idOf(store.create(id, mia, search('shared', { visibility: 'shared' })));
    const kind = async (viewer: typeof mia, which: string, change: Partial<NewSavedSearch>) =>
      (await store.update(id, viewer, which, change)).kind;
    expect(await kind(max, mine, { name: 'x' })).toBe('not_found');
    expect(await kind(adam, mine, { name: 'x' })).toBe('not_found');
    expect(await kind(max, shared, { name: 'x' })).toBe('not_yours');
    expect(await kind(adam, shared, { name: 'By Adam', query: 'is:archived' })).toBe('done');
    // It would become Mia's alone, or Adam's.
    expect(await kind(adam, shared, { visibility: 'private' })).toBe('not_yours');
    expect(await kind(mia, shared, { visibility: 'private' })).toBe('done');
    expect(await namesFor(id, max)).toEqual(BUILT_IN);
    expect(await store.remove(id, max, mine)).toBe('not_found');
    expect(await store.remove(id, mia, mine)).toBe('done');
    expect(await store.remove(id, mia, 'unresolved')).toBe('not_found');
    const again = await idOf(store.create(id, mia, search('again', { visibility: 'shared' })));
    expect(await store.remove(id, max, again)).toBe('not_yours');
    expect(await store.remove(id, adam, again)).toBe('done');
  });

  it('API29 an id of another project is nobody’s', async () => {
    const [one, other] = [await world(), await world()];
    const id = await idOf(store.create(one.id, one.mia, search('one', { visibility: 'shared' })));
    expect((await store.update(other.id, one.mia, id, { name: 'taken over' })).kind).toBe('not_found');
    expect(await store.remove(other.id, { ...one.mia, administers: true }, id)).toBe('not_found');
    expect(await namesFor(one.id, one.mia)).toContain('one');
  });

  it('API29 a name is there once among the shared ones and once among one’s own, whatever its case', async () => {
    const { id, mia, max } = await world();
    await store.create(id, mia, search('Crashes'));
    expect((await store.create(id, mia, search('crashes'))).kind).toBe('name_taken');
    expect((await store.create(id, max, search('crashes'))).kind).toBe('done');
    expect((await store.create(id, mia, search('crashes', { visibility: 'shared' }))).kind).toBe('done');
    const other = await idOf(store.create(id, mia, search('other')));
    expect((await store.update(id, mia, other, { name: 'CRASHES' })).kind).toBe('name_taken');
    expect((await store.update(id, mia, other, { name: 'OTHER' })).kind).toBe('done');
  });

  it('API29 forty-eight are kept of each kind, also when many are saved at the same moment', async () => {
    const { id, mia, max } = await world();
    const made = await Promise.all(
      Array.from({ length: MAX_SAVED_SEARCHES + 4 }, (_, n) => store.create(id, mia, search(`s${n}`))),
    );
    expect(made.filter(({ kind }) => kind === 'too_many')).toHaveLength(4);
    expect((await store.create(id, max, search('mine'))).kind).toBe('done');
    const shared = await idOf(store.create(id, mia, search('shared', { visibility: 'shared' })));
    expect((await store.update(id, mia, shared, { visibility: 'private' })).kind).toBe('too_many');
    // Page by page it is the same list.
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list(id, mia, { limit: 7, ...(cursor !== undefined && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(7);
      paged.push(...page.items.map(({ name }) => name));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(paged).toEqual(await namesFor(id, mia));
    expect(paged).toHaveLength(4 + 1 + MAX_SAVED_SEARCHES);
  });

  it('API29 who is deleted takes the private ones along; shared ones stay, for admins to change', async () => {
    const { id, mia, max, adam } = await world();
    await store.create(id, mia, search('mine'));
    const shared = await idOf(store.create(id, mia, search('shared', { visibility: 'shared' })));
    await t.db.execute('delete from "user" where id = $1', [mia.userId]);
    const [left] = (await store.list(id, max, { limit: 100 })).items.slice(BUILT_IN.length);
    expect(left).toMatchObject({ name: 'shared', created_by: null, editable: false });
    expect((await store.update(id, adam, shared, { name: 'kept' })).kind).toBe('done');
  });

  it('DB15 other pages are told of the project whose searches changed', async () => {
    const { id, mia } = await world();
    const made = await idOf(store.create(id, mia, search('told')));
    await store.update(id, mia, made, { sort: 'users' });
    await store.remove(id, mia, made);
    const rows = await t.db.query<{ ref: string }>(
      `select ref from config_changes where kind = 'saved_searches' and ref = $1`,
      [String(id)],
    );
    expect(rows).toHaveLength(3);
  });
});

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createInstanceStore } from './instance.ts';
import { createProjectStore, toProject, toProjectKey } from './projects.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

describe('projects and the instance', () => {
  it('DB26 a project is born with a key that leads to it; a revoked key says so', async () => {
    const store = createProjectStore(t.db);
    const { id, organizationId } = await newProject(t.db, 'Web Shop!');
    const again = await store.createProject({ organizationId, name: 'web shop' });
    const digits = await store.createProject({ organizationId, name: '2024', platform: 'node' });
    expect([again.project.slug, digits.project.slug]).toEqual(['web-shop-2', 'project-2024']);
    const [key] = await store.listKeys(id);
    expect(await store.lookupKey(key?.publicKey ?? '')).toEqual({
      keyId: key?.id,
      projectId: id,
      projectSlug: 'web-shop',
      organizationId,
      settings: { groupingVersion: 'v2' },
      revoked: false,
    });
    expect(await store.revokeKey(id, key?.id ?? 0)).toBe(true);
    expect(await store.revokeKey(id, key?.id ?? 0)).toBe(false);
    expect(await store.lookupKey(key?.publicKey ?? '')).toMatchObject({ revoked: true });
    expect(await store.lookupKey('0'.repeat(32))).toBeNull();
    expect((await store.getProject('web-shop'))?.id).toBe(id);
    expect((await store.getProject(id))?.slug).toBe('web-shop');
    expect(await store.getProject("x' or 1=1")).toBeNull();
    const names = (await store.listProjects([organizationId], { limit: 100 })).items.map((p) => p.name);
    expect(names).toEqual(['2024', 'web shop', 'Web Shop!']);
    expect(toProject(digits.project)).toMatchObject({
      platform: 'node',
      unresolved: 0,
      first_event_at: null,
    });
    expect(toProjectKey(digits.key, (k, p) => `${k}@${p}`).dsn).toBe(
      `${digits.key.publicKey}@${digits.project.id}`,
    );
  });

  it('DB26 a deleted project leaves nothing behind', async () => {
    const store = createProjectStore(t.db);
    const project = await newProject(t.db, 'Gone');
    const writer = createTestWriter(t.db);
    await writer.submit(newEvent(project.id, 'x', { userIdent: 'u' }));
    expect(await store.getProject(project.id)).toMatchObject({
      unresolved: 1,
      firstEventAt: expect.any(Number),
    });
    const users = await t.db.query('select from issue_users');
    expect(await store.deleteProject(project.id)).toBe(true);
    expect(await store.deleteProject(project.id)).toBe(false);
    for (const table of ['events', 'log', 'log_days', 'event_keys', 'issues', 'issue_hashes', 'project_log'])
      expect(await t.db.query(`select from ${table} where project_id = $1`, [project.id])).toEqual([]);
    expect(await t.db.query('select from issue_users')).toHaveLength(users.length - 1);
    // Events on their way to it are refused for good, not retried.
    expect((await writer.submit(newEvent(project.id, 'x'))).kind).toBe('quarantined');
  });

  it('DB27 the set-up link works once, for one of many, only while there is no user and not after a day', async () => {
    const instance = createInstanceStore(t.db);
    const now = Date.now();
    const old = await instance.issueSetupToken(now);
    const token = await instance.issueSetupToken(now);
    if (token === null || old === null) throw new Error('no token');
    expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(await instance.checkSetupToken(old, now)).toBe(false);
    expect(await instance.checkSetupToken(token, now + 86_400_001)).toBe(false);
    expect(await instance.checkSetupToken(token, now)).toBe(true);
    const [row] = await t.db.query<{ setup_hash: Buffer }>('select setup_hash from instance');
    expect(row?.setup_hash.toString('base64url')).not.toBe(token);

    await expect(
      instance.redeemSetupToken(token, () => Promise.reject(new Error('no')), now),
    ).rejects.toThrow('no');
    const results = await Promise.all(
      ['first', 'second'].map(async (name) =>
        instance.redeemSetupToken(
          token,
          (tx) =>
            tx.execute(`insert into "user" (id, name, email, "emailVerified") values ($1, $1, $1, true)`, [
              name,
            ]),
          now,
        ),
      ),
    );
    expect(results.map((r) => r.kind).toSorted((a, b) => a.localeCompare(b))).toEqual(['done', 'invalid']);
    expect(await instance.countUsers()).toBe(1);
    expect(await instance.issueSetupToken(now)).toBeNull();
  });
});

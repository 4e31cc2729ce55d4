/**
 * What an empty instance gets before anybody signed in: an organization, a project with a key, and either the admin
 * of MESHER_ADMIN_EMAIL or a one-time set-up link. Safe to run on every start and on several nodes at once.
 */
import type { prepareUser } from './auth/new-user.ts';
import type { Config } from './config.ts';
import { MesherError } from './errors.ts';
import type { Logger } from './log.ts';
import type { AccountStore } from './store/accounts.ts';
import type { Transaction } from './store/database.ts';
import type { InstanceStore } from './store/instance.ts';
import type { ProjectStore } from './store/projects.ts';
import { COMMAND_LINE } from './viewer.ts';

export interface FirstRunDeps {
  accounts: AccountStore;
  projects: ProjectStore;
  instance: InstanceStore;
  prepareUser: typeof prepareUser;
  inTransaction<T>(fn: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs `fn` while no other node runs it. */
  exclusively<T>(fn: () => Promise<T>): Promise<T>;
  nowMs: number;
  log: Logger;
}

export interface FirstRun {
  /** null once an account exists. */
  setupToken: string | null;
  /** The oldest project, if there still is one. */
  project: { id: number; publicKey: string } | null;
}

export async function firstRun(
  config: Pick<Config, 'adminEmail' | 'adminPassword'>,
  deps: FirstRunDeps,
): Promise<FirstRun> {
  return deps.exclusively(async () => {
    const { accounts, projects, instance } = deps;
    if ((await instance.countUsers()) > 0) return { setupToken: null, project: null };

    const organization = (
      (await accounts.findOrganization()) ?? (await accounts.createOrganization({ name: 'My organization' }))
    ).id;
    const existing = (await projects.listProjects([organization], { limit: 1 })).items[0];
    const created = existing
      ? null
      : await projects.createProject({
          organizationId: organization,
          name: 'My project',
          slug: 'my-project',
        });
    const projectId = existing?.id ?? created?.project.id ?? 0;
    const key =
      created?.key ?? (await projects.listKeys(projectId)).find((candidate) => candidate.revokedAt === null);
    const project = key ? { id: projectId, publicKey: key.publicKey } : null;

    if (config.adminEmail !== undefined && config.adminPassword !== undefined) {
      await createFirstAdmin(deps, config.adminEmail, config.adminPassword);
      deps.log.info({ email: config.adminEmail }, 'first admin created from the environment');
      return { setupToken: null, project };
    }
    if ((config.adminEmail === undefined) !== (config.adminPassword === undefined)) {
      throw new MesherError('bad_request', 'MESHER_ADMIN_EMAIL and MESHER_ADMIN_PASSWORD belong together.', {
        hint: 'Set both, or neither.',
      });
    }
    return { setupToken: await instance.issueSetupToken(deps.nowMs), project };
  });
}

async function createFirstAdmin(deps: FirstRunDeps, email: string, password: string): Promise<void> {
  const prepared = await deps.prepareUser({ email, password, name: email.split('@')[0] ?? email }, 'allowed');
  if (prepared.kind === 'invalid') {
    throw new MesherError('bad_request', `MESHER_ADMIN_${prepared.field.toUpperCase()}: ${prepared.message}`);
  }
  await deps.inTransaction((tx) =>
    deps.accounts.insertFirstUser(tx, prepared.user, {
      organizationName: 'My organization',
      by: COMMAND_LINE,
    }),
  );
}

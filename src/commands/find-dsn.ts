/** The DSN of a project (default: the oldest one), for commands that send events to the server on this machine. */
import type { Config } from '../config.ts';
import { dsnOf } from '../dsn-of.ts';
import { createProjectStore } from '../store/projects.ts';
import { CommandError, baseUrl } from './command.ts';
import { withDatabase } from './with-database.ts';

export async function findDsn(config: Config, idOrSlug?: string): Promise<string> {
  return withDatabase(config, async (db) => {
    const projects = createProjectStore(db);
    const project =
      idOrSlug === undefined ? await projects.oldestProject() : await projects.getProject(idOrSlug);
    if (!project) {
      throw new CommandError(
        idOrSlug === undefined ? 'There is no project yet.' : `There is no project '${idOrSlug}'.`,
        'Create one with: mesher project create <name>',
      );
    }
    const key = (await projects.listKeys(project.id)).find((candidate) => candidate.revokedAt === null);
    if (!key) throw new CommandError(`Project '${project.slug}' has no active key.`);
    return dsnOf(baseUrl(config), key.publicKey, project.id);
  });
}

/** `mesher project create|list`: works on the database directly, also beside a running server. */
import { dsnOf } from '../dsn-of.ts';
import { createAccountStore } from '../store/accounts.ts';
import { createProjectStore } from '../store/projects.ts';
import { COMMAND_LINE } from '../viewer.ts';
import { CommandError, baseUrl, configOf, parseFlags, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

export const projectCommand: Command = {
  summary: 'create or list projects',
  usage:
    'mesher project create <name> [--org <slug>] [--platform <p>] [--json]\nmesher project list [--json]',
  async run(args, io) {
    const { values, positionals } = parseFlags(args, {
      org: { type: 'string' },
      platform: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [action, ...rest] = positionals;
    const config = configOf(io);
    if (action === 'list') {
      const projects = await withDatabase(config, (db) => createProjectStore(db).listAllProjects());
      if (values.json)
        io.out(JSON.stringify(projects.map(({ id, slug, name }) => ({ id: String(id), slug, name }))));
      else
        for (const project of projects)
          io.out(`${String(project.id).padStart(4)}  ${project.slug}  ${project.name}`);
      return 0;
    }
    const name = rest.join(' ').trim();
    if (action !== 'create' || name === '') throw new CommandError('Say what to do:', this.usage);

    const created = await withDatabase(config, async (db) => {
      const organization = await createAccountStore(db).findOrganization(values.org);
      if (!organization) {
        throw new CommandError(
          values.org === undefined
            ? 'There is no organization yet.'
            : `There is no organization '${values.org}'.`,
          'Start the server once with npm start.',
        );
      }
      return createProjectStore(db).createProject({
        organizationId: organization.id,
        name,
        platform: values.platform ?? null,
        by: COMMAND_LINE,
      });
    });
    const dsn = dsnOf(baseUrl(config), created.key.publicKey, created.project.id);
    const result = {
      id: String(created.project.id),
      slug: created.project.slug,
      dsn,
      public_key: created.key.publicKey,
    };
    if (values.json) io.out(JSON.stringify(result));
    else io.out(`created project ${result.slug} (${result.id})\nDSN: ${result.dsn}`);
    return 0;
  },
};

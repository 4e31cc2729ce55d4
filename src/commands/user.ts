/** `mesher user create|password-link`: accounts, and a way back in, also beside a running server. */
import { prepareUser } from '../auth/new-user.ts';
import { createAccountStore, noteNewMember } from '../store/accounts.ts';
import { createInstanceStore } from '../store/instance.ts';
import { COMMAND_LINE, type Role } from '../viewer.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { createPasswordReset } from '../password-reset.ts';
import { createPasswordLinkStore } from '../store/password-links.ts';
import { baseUrl, CommandError, configOf, parseFlags, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

const ROLES: readonly Role[] = ['owner', 'admin', 'member'];

export const userCommand: Command = {
  summary: 'create an account, or a link that sets a new password',
  usage:
    'mesher user create --email <e-mail> --password <password> [--name <name>] [--role owner|admin|member] [--org <slug>] [--json]\n' +
    'mesher user password-link --email <e-mail> [--json]',
  async run(args, io) {
    const { values, positionals } = parseFlags(args, {
      email: { type: 'string' },
      password: { type: 'string' },
      name: { type: 'string' },
      role: { type: 'string', default: 'member' },
      org: { type: 'string' },
      json: { type: 'boolean' },
    });
    const { email, password } = values;
    if (positionals.join(' ') === 'password-link' && email) {
      const made = await passwordLink(email, configOf(io));
      io.out(values.json ? JSON.stringify(made) : `${made.link}\nIt works once, until ${made.expires_at}.`);
      return 0;
    }
    if (positionals.join(' ') !== 'create' || !email || !password)
      throw new CommandError('Say what to do:', this.usage);
    const role = ROLES.find((candidate) => candidate === values.role);
    if (!role) throw new CommandError(`--role is one of ${ROLES.join(', ')}.`);

    const name = values.name ?? email.split('@')[0] ?? email;
    const prepared = await prepareUser({ email, password, name }, 'allowed');
    if (prepared.kind === 'invalid') throw new CommandError(prepared.message);
    const { user } = prepared;
    const became = await withDatabase(configOf(io), async (db): Promise<Role> => {
      const accounts = createAccountStore(db);
      if (await accounts.findUser(user.email))
        throw new CommandError(`There is an account with the e-mail ${user.email}.`);
      const organization = await accounts.findOrganization(values.org);
      if (values.org !== undefined && !organization)
        throw new CommandError(`There is no organization '${values.org}'.`);
      // The first person of an instance administers it and owns its organization, however they were made.
      const isFirst = (await createInstanceStore(db).countUsers()) === 0;
      await db.transaction(async (tx) => {
        if (isFirst) {
          const organizationName = organization?.name ?? 'My organization';
          await accounts.insertFirstUser(tx, user, { organizationName, by: COMMAND_LINE });
          return;
        }
        if (!organization) throw new CommandError('There is no organization yet.');
        await accounts.insertUser(user, tx);
        const organizationId = organization.id;
        await accounts.addMember({ organizationId, userId: user.id, role }, tx);
        await noteNewMember(tx, COMMAND_LINE, { user, organizationId, role });
      });
      return isFirst ? 'owner' : role;
    });
    const made = { id: user.id, email: user.email, role: became };
    io.out(values.json ? JSON.stringify(made) : `created ${made.email} as ${made.role}`);
    return 0;
  },
};

async function passwordLink(email: string, config: Config): Promise<{ link: string; expires_at: string }> {
  return withDatabase(config, async (db, log) => {
    const accounts = createAccountStore(db);
    const user = await accounts.findUser(email);
    const reset = createPasswordReset({
      accounts,
      links: createPasswordLinkStore(db),
      mailer: null,
      url: baseUrl(config),
      onReset: () => undefined,
      clock: systemClock,
      log,
    });
    const made = user && (await reset.createLink(user.id, COMMAND_LINE));
    if (!made) throw new CommandError(`There is no account ${email}.`);
    return { link: made.link, expires_at: new Date(made.expiresAt).toISOString() };
  });
}

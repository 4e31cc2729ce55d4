/** `mesher user create`: an account and its membership, also beside a running server. */
import { createAccountStore } from '../store/accounts.ts';
import { createInstanceStore } from '../store/instance.ts';
import type { Role } from '../viewer.ts';
import { CommandError, configOf, parseFlags, type Command } from './command.ts';
import { localAuth } from './local-auth.ts';
import { withDatabase } from './with-database.ts';

const ROLES: readonly Role[] = ['owner', 'admin', 'member'];

export const userCommand: Command = {
  summary: 'create an account',
  usage: 'mesher user create --email <e-mail> --password <password> [--name <name>] [--role owner|admin|member] [--org <slug>] [--json]',
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
    if (positionals.join(' ') !== 'create' || !email || !password) throw new CommandError('Say what to do:', this.usage);
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new CommandError(`'${email}' is not an e-mail address.`);
    if (password.length < 8) throw new CommandError('A password has at least 8 characters.');
    const role = ROLES.find((candidate) => candidate === values.role);
    if (!role) throw new CommandError(`--role is one of ${ROLES.join(', ')}.`);

    const config = configOf(io);
    const id = await withDatabase(config, async (db, log) => {
      const accounts = createAccountStore(db);
      if (await accounts.findUserByEmail(email)) throw new CommandError(`There is an account with the e-mail ${email}.`);
      const passwordHash = await localAuth(db, config, log).hashPassword(password);
      // The first person of an instance administers it, however they were made.
      const isInstanceAdmin = (await createInstanceStore(db).countUsers()) === 0;
      const organization = await accounts.findOrganization(values.org);
      if (values.org !== undefined && !organization) throw new CommandError(`There is no organization '${values.org}'.`);
      return db.transaction(async (tx) => {
        const userId = await accounts.createUser({ email, name: values.name ?? email.split('@')[0] ?? email, passwordHash, isInstanceAdmin }, tx);
        const organizationId = organization?.id ?? (await accounts.createOrganization('My organization', 'default', tx));
        await accounts.addMember(organizationId, userId, role, tx);
        return userId;
      });
    });
    io.out(values.json ? JSON.stringify({ id, email, role }) : `created ${email} as ${role}`);
    return 0;
  },
};

/** `mesher token create`: an API token of a person, shown once. */
import { parseScopes, SCOPES } from '../auth/scopes.ts';
import { createAccountStore } from '../store/accounts.ts';
import { CommandError, configOf, parseFlags, type Command } from './command.ts';
import { localAuth } from './local-auth.ts';
import { withDatabase } from './with-database.ts';
import { COMMAND_LINE } from '../viewer.ts';

export const tokenCommand: Command = {
  summary: 'create an API token',
  usage: `mesher token create --name <name> --scopes a,b [--user <e-mail>] [--json]\nscopes: ${SCOPES.join(', ')}`,
  async run(args, io) {
    const { values, positionals } = parseFlags(args, {
      name: { type: 'string' },
      scopes: { type: 'string' },
      user: { type: 'string' },
      json: { type: 'boolean' },
    });
    const { name, scopes: list } = values;
    if (positionals.join(' ') !== 'create' || !name || !list)
      throw new CommandError('Say what to do:', this.usage);
    const parsed = parseScopes(list);
    if (parsed.kind === 'invalid') {
      throw new CommandError(
        `There is no scope '${parsed.unknown.join(', ')}'; there are ${SCOPES.join(', ')}.`,
      );
    }

    const config = configOf(io);
    const { token } = await withDatabase(config, async (db, log) => {
      const accounts = createAccountStore(db);
      const user =
        values.user === undefined
          ? await accounts.firstInstanceAdmin()
          : await accounts.findUser(values.user);
      if (!user) {
        throw new CommandError(
          values.user === undefined ? 'There is no account yet.' : `There is no account ${values.user}.`,
          'Create one with: mesher user create --email … --password …',
        );
      }
      return localAuth(db, config, log).createToken({
        userId: user.id,
        name,
        scopes: parsed.scopes,
        by: COMMAND_LINE,
      });
    });
    io.out(values.json ? JSON.stringify({ token }) : `${token}\nIt is shown this once.`);
    return 0;
  },
};

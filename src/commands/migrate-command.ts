/** `mesher migrate`: applies the numbered migrations that are missing. `mesher start` does the same by itself. */
import { configOf, parseFlags, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';

export const migrateCommand: Command = {
  summary: 'bring the database schema up to date',
  usage: 'mesher migrate',
  async run(args, io) {
    parseFlags(args, {});
    const applied = await withDatabase(configOf(io), async (_db, _log, migrated) => migrated.applied);
    io.out(applied.length === 0 ? 'the schema is up to date' : `applied ${applied.join(', ')}`);
    return 0;
  },
};

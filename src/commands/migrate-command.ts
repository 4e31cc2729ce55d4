/** `mesher migrate`: applies the numbered migrations that are missing. `mesher start` does the same by itself. */
import { configOf, parseFlags, type Command } from './command.ts';
import { withDatabase } from './with-database.ts';
import { migrate } from '../store/migrate.ts';

export const migrateCommand: Command = {
  summary: 'bring the database schema up to date',
  usage: 'mesher migrate',
  async run(args, io) {
    parseFlags(args, {});
    // withDatabase migrates; the second call tells that nothing is left.
    const left = await withDatabase(configOf(io), (db, log) => migrate(db, { log }));
    io.out(left.applied.length === 0 ? 'the schema is up to date' : `applied ${left.applied.join(', ')}`);
    return 0;
  },
};

/** `mesher restore`: a backup into an empty database, or in place of what is there once a person has said so. */
import { createInterface } from 'node:readline/promises';
import { restoreBackup } from '../store/backup/restore-backup.ts';
import type { Logger } from '../log.ts';
import { peekEmbedded } from '../store/embedded/embedded-postgres.ts';
import { createDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { CommandError, configOf, parseFlags, type Command } from './command.ts';
import { createProgress } from './progress.ts';
import { withPostgres } from './with-database.ts';

export const restoreCommand: Command = {
  summary: 'bring back a backup; the server must not run',
  usage: 'mesher restore <file> [--force [--yes]] [--json]',
  async run(args, io) {
    const { values, positionals } = parseFlags(args, {
      force: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean' },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new CommandError('Name one file:', this.usage);
    const config = configOf(io);
    if (config.databaseUrl === undefined && peekEmbedded(config.dataDir) !== null)
      throw new CommandError(`A Mesher server runs on ${config.dataDir}.`, 'Stop it first.');
    const where = config.databaseUrl === undefined ? config.dataDir : 'the database of DATABASE_URL';
    if (values.force && !values.yes) await confirm(where, io.isTerminal);
    const report = await withPostgres(config, async ({ db, url }, log) => {
      // An idle connection of our own would look like a server's.
      await db.close();
      const restored = await restoreBackup({
        url,
        file,
        force: values.force,
        signal: io.signal,
        onProgress: createProgress(io, 'restoring'),
      });
      return { restored, migrated: await migrateNow(url, log) };
    });
    const { header, tables, rows } = report.restored;
    const { applied } = report.migrated;
    io.out(
      values.json
        ? JSON.stringify({ created: header.created, mesher: header.mesher, tables, rows, applied })
        : `restored ${rows} rows of ${tables} tables as of ${header.created} (Mesher ${header.mesher}); people sign in again`,
    );
    return 0;
  },
};

async function migrateNow(url: string, log: Logger) {
  const db = createDatabase({ url, log, maxConnections: 2 });
  try {
    return await migrate(db, { log });
  } finally {
    await db.close();
  }
}

async function confirm(where: string, isTerminal: boolean): Promise<void> {
  if (!isTerminal || !process.stdin.isTTY)
    throw new CommandError(`--force replaces everything in ${where}.`, 'Add --yes to say that you mean it.');
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await ask.question(`This replaces everything in ${where}. Type "replace" to go on: `);
    if (answer.trim() !== 'replace') throw new CommandError('Nothing was changed.');
  } finally {
    ask.close();
  }
}

/** `mesher backup`: everything that is stored, as one moment sees it, into one file; also beside a running server. */
import { writeBackup } from '../store/backup/write-backup.ts';
import { VERSION } from '../version.ts';
import { byteWords } from './byte-words.ts';
import { CommandError, configOf, parseFlags, type Command } from './command.ts';
import { createProgress } from './progress.ts';
import { withPostgres } from './with-database.ts';

export const backupCommand: Command = {
  summary: 'write everything into a file, also while the server runs',
  usage: 'mesher backup <file> [--json]',
  async run(args, io) {
    const { values, positionals } = parseFlags(args, { json: { type: 'boolean' } });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new CommandError('Name one file:', this.usage);
    const report = await withPostgres(configOf(io), ({ url }) =>
      writeBackup({
        url,
        file,
        version: VERSION,
        signal: io.signal,
        onProgress: createProgress(io, 'reading'),
      }),
    );
    io.out(
      values.json
        ? JSON.stringify({ file, ...report })
        : `${file}: ${report.rows} rows of ${report.tables} tables, ${byteWords(report.bytes)}`,
    );
    return 0;
  },
};

/** `mesher config`: every setting with its value, where it came from, and what it means; secrets hidden. */
import { SETTINGS } from '../config.ts';
import { configOf, parseFlags, type Command } from './command.ts';

export const configCommand: Command = {
  summary: 'print the settings in force, secrets hidden',
  usage: 'mesher config [--json]',
  async run(args, io) {
    const { values } = parseFlags(args, { json: { type: 'boolean' } });
    const config = configOf(io);
    const rows = Object.entries(SETTINGS).map(([key, row]) => {
      const value = config[key as keyof typeof config];
      const shown = value === undefined ? null : 'secret' in row && row.secret ? '********' : value;
      return {
        name: row.env,
        value: shown,
        source: io.env[row.env] ? 'environment' : 'default',
        doc: row.doc,
      };
    });
    if (values.json) io.out(JSON.stringify(rows));
    else {
      const width = Math.max(...rows.map((row) => row.name.length));
      for (const row of rows) {
        io.out(
          `${row.name.padEnd(width)}  ${String(row.value ?? '(unset)')}${row.source === 'default' ? '' : '  (set)'}`,
        );
        io.out(`${''.padEnd(width)}  ${row.doc}`);
      }
    }
    return 0;
  },
};

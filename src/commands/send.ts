/** `mesher send [message]`: one test event through the front door, so that it takes the way of a real SDK. */
import { hostname } from 'node:os';
import { CommandError, configOf, parseFlags, type Command } from './command.ts';
import { parseDsn, sendEvent } from './dsn.ts';
import { findDsn } from './find-dsn.ts';

export const sendCommand: Command = {
  summary: 'send a test event',
  usage:
    'mesher send [message] [--dsn <dsn> | --project <slug>] [--level error] [--environment <name>] [--json]',
  async run(args, io) {
    const { values, positionals } = parseFlags(args, {
      dsn: { type: 'string' },
      project: { type: 'string' },
      level: { type: 'string', default: 'error' },
      environment: { type: 'string', default: 'development' },
      json: { type: 'boolean' },
    });
    const dsn = parseDsn(values.dsn ?? (await findDsn(configOf(io), values.project)));
    const message = positionals.join(' ') || 'Test event from mesher send';
    const result = await sendEvent(dsn, {
      message,
      level: values.level,
      environment: values.environment,
      platform: 'other',
      logger: 'mesher.cli',
      server_name: hostname(),
    });
    if (result.kind === 'stored') {
      io.out(values.json ? JSON.stringify({ id: result.id }) : `stored event ${result.id}`);
      return 0;
    }
    throw new CommandError(
      result.kind === 'limited'
        ? `The server asks to wait ${result.retryAfterS} s.`
        : `The server answered ${result.status}: ${result.detail}`,
    );
  },
};

/**
 * The logger: pino, JSON lines, pretty on a terminal. Messages are constant, facts are fields; never a payload,
 * never a secret, nothing per event on the hot path.
 */
import { pino, type Logger as PinoLogger } from 'pino';
import pretty from 'pino-pretty';

export type Logger = PinoLogger;

export function createLogger(level: string, options: { pretty: boolean }): Logger {
  const settings = {
    level,
    base: null,
    redact: {
      paths: ['*.password', '*.token', '*.authorization', '*.cookie', 'password', 'token'],
      censor: '[redacted]',
    },
  };
  // In-process pretty stream rather than a worker transport: nothing is lost when the process ends.
  return options.pretty
    ? pino(settings, pretty({ colorize: true, ignore: 'pid,hostname', sync: true }))
    : pino(settings);
}

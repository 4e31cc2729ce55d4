/**
 * The logger: pino, JSON lines, pretty on a terminal. Messages are constant, facts are fields; never a payload,
 * never a secret, nothing per event on the hot path. A message that repeats is held back, and how often is told.
 */
import { pino, type DestinationStream, type Logger as PinoLogger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import { createRepeatLimit } from './lib/repeat-limit.ts';

export type Logger = PinoLogger;

/** What fails once a request would otherwise write a line a request, onto a disk that may be full already. */
const PER_WINDOW = 10;
const WINDOW_MS = 10_000;
/** info: whoever asks for debug wants all of it. */
const LIMITED_FROM = 30;

export function createLogger(
  level: string,
  options: { pretty: boolean; stream?: DestinationStream; now?: () => number },
): Logger {
  const mayRepeat = createRepeatLimit({
    perWindow: PER_WINDOW,
    windowMs: WINDOW_MS,
    now: options.now ?? (() => performance.now()),
  });
  const settings: LoggerOptions = {
    level,
    base: null,
    redact: {
      paths: ['*.password', '*.token', '*.authorization', '*.cookie', 'password', 'token'],
      censor: '[redacted]',
    },
    hooks: {
      logMethod(args: unknown[], write, level) {
        if (level < LIMITED_FROM) return write.apply(this, args as Parameters<typeof write>);
        const [facts, message] = typeof args[0] === 'string' ? [{}, args[0]] : args;
        const repeat = mayRepeat(String(message));
        if (repeat.kind === 'leave_out') return;
        if (repeat.leftOut === 0) write.apply(this, args as Parameters<typeof write>);
        else write.call(this, { ...(facts as object), leftOut: repeat.leftOut }, String(message));
      },
    },
  };
  // In-process pretty stream rather than a worker transport: nothing is lost when the process ends.
  if (options.pretty) return pino(settings, pretty({ colorize: true, ignore: 'pid,hostname', sync: true }));
  return options.stream === undefined ? pino(settings) : pino(settings, options.stream);
}

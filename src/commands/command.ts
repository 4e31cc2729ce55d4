/** The shape of a command of `mesher`, and how it fails: one clear line on stderr, exit code 1. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { readConfig, type Config } from '../config.ts';

export interface CommandIo {
  env: Readonly<Record<string, string | undefined>>;
  /** Writes one line to stdout. */
  out(line: string): void;
  /** Writes one line to stderr. */
  err(line: string): void;
  /** Aborts on SIGINT and SIGTERM. */
  signal: AbortSignal;
  isTerminal: boolean;
}

export interface Command {
  summary: string;
  usage: string;
  /** Resolves with the exit code. A CommandError becomes its message and exit code 1. */
  run(args: string[], io: CommandIo): Promise<number>;
}

/** A problem the person at the terminal can do something about. */
export class CommandError extends Error {
  constructor(message: string, hint?: string) {
    super(hint === undefined ? message : `${message} ${hint}`);
    this.name = 'CommandError';
  }
}

/** Strict parsing: an unknown flag is an error that names it. */
export function parseFlags<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: T,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
}

export function configOf(io: CommandIo): Config {
  const result = readConfig(io.env);
  if (result.kind === 'invalid') throw new CommandError(result.problems.join('\n'));
  return result.config;
}

/** Public base URL without a trailing slash: MESHER_URL, else where the server listens on this machine. */
export function baseUrl(config: Config, port: number = config.port): string {
  return (config.url ?? `http://localhost:${port}`).replace(/\/+$/, '');
}

/** The command line: finds the command, turns signals into an abort, errors into one line and exit code 1. */
import { enableCompileCache } from 'node:module';
import { CommandError, type Command, type CommandIo } from './commands/command.ts';

// Half of a later start is compiling modules; the cache of Node lives in the temp dir and checks itself.
enableCompileCache();

/** Loaded on demand: `mesher config` must not pay for the server's modules. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  start: async () => (await import('./commands/start.ts')).startCommand,
  project: async () => (await import('./commands/project.ts')).projectCommand,
  user: async () => (await import('./commands/user.ts')).userCommand,
  token: async () => (await import('./commands/token.ts')).tokenCommand,
  tail: async () => (await import('./commands/tail.ts')).tailCommand,
  send: async () => (await import('./commands/send.ts')).sendCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  migrate: async () => (await import('./commands/migrate-command.ts')).migrateCommand,
  backup: async () => (await import('./commands/backup.ts')).backupCommand,
  restore: async () => (await import('./commands/restore.ts')).restoreCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  config: async () => (await import('./commands/config-command.ts')).configCommand,
};

const abort = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => abort.abort(name));
// `mesher tail | head` closes our stdout: that is the end of the command, not a crash.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

const io: CommandIo = {
  env: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  signal: abort.signal,
  isTerminal: process.stdout.isTTY,
};

process.exitCode = await main(process.argv.slice(2));
// Nothing may hold the process once its command is over: a keep-alive socket of fetch would, for seconds.
process.exit();

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    await printHelp();
    return name === undefined ? 1 : 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    io.err(`mesher: there is no command '${name}'; try: ${Object.keys(COMMANDS).join(', ')}`);
    return 1;
  }
  const command = await load();
  if (args.includes('--help') || args.includes('-h')) {
    io.out(`${command.summary}\n\n  ${command.usage.replaceAll('\n', '\n  ')}`);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    io.err(`mesher ${name}: ${describe(error)}`);
    return 1;
  }
}

function describe(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const hint = 'hint' in error && typeof error.hint === 'string' ? ` ${error.hint}` : '';
  return `${error.message}${hint}`;
}

async function printHelp(): Promise<void> {
  io.out('mesher: a self-hosted, real-time error tracker\n');
  for (const [name, load] of Object.entries(COMMANDS)) {
    const command = await load();
    io.out(`  ${name.padEnd(9)} ${command.summary}`);
  }
  io.out('\nmesher <command> --help shows its usage.');
}

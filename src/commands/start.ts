/** `mesher start`: the server in the foreground. Prints where it is and, on a first start, how to get in. */
import { createLogger } from '../log.ts';
import { startServer } from '../server.ts';
import { configOf, parseFlags, type Command } from './command.ts';
import { startBanner } from './start-banner.ts';

export const startCommand: Command = {
  summary: 'run the server in the foreground',
  usage: 'mesher start',
  async run(args, io) {
    parseFlags(args, {});
    const config = configOf(io);
    const log = createLogger(config.logLevel, { pretty: io.isTerminal });
    const server = await startServer(config, log, io.signal);
    if (server === null) return 0; // Stopped while it was starting.
    for (const line of startBanner(server.facts, { color: io.isTerminal && !io.env.NO_COLOR })) io.out(line);

    if (!io.signal.aborted)
      await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
    log.info({ signal: String(io.signal.reason) }, 'stopping');
    await server.stop();
    return 0;
  },
};

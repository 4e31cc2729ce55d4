/**
 * `mesher tail`: the live stream of a project in the terminal. Reconnects and resumes by itself; with `--json` one
 * message a line, as it came.
 */
import { randomUUID } from 'node:crypto';
import { connectStream } from '../client/stream-client.ts';
import type { DownMessage } from '../protocol/down.ts';
import { createAccountStore } from '../store/accounts.ts';
import { createProjectStore } from '../store/projects.ts';
import { CommandError, baseUrl, configOf, parseFlags, type Command } from './command.ts';
import { localAuth } from './local-auth.ts';
import { formatMessage } from './tail-format.ts';
import { withDatabase } from './with-database.ts';
import { COMMAND_LINE } from '../viewer.ts';

/** A day: a longer tail reconnects with a new one when it is started again. */
const TOKEN_DAYS = 1;

export const tailCommand: Command = {
  summary: 'follow a project live in the terminal',
  usage:
    'mesher tail [--project <slug>] [--token <token>] [--since <cursor>] [--json] [filter terms]\n' +
    'filter terms: level:error environment:production !release:1.* "exact text" …',
  async run(args, io) {
    const { values, positionals } = parseFlags(args, {
      project: { type: 'string' },
      token: { type: 'string' },
      since: { type: 'string' },
      json: { type: 'boolean' },
    });
    const config = configOf(io);
    const access = await withDatabase(config, async (db, log) => {
      const projects = createProjectStore(db);
      const project =
        values.project === undefined
          ? await projects.oldestProject()
          : await projects.getProject(values.project);
      if (!project)
        throw new CommandError(
          values.project === undefined
            ? 'There is no project yet.'
            : `There is no project '${values.project}'.`,
        );
      if (values.token !== undefined) return { project, token: values.token };
      // On the server's own machine the database is at hand, so nobody has to make a token to look.
      const admin = await createAccountStore(db).firstInstanceAdmin();
      if (!admin)
        throw new CommandError(
          'There is no account yet.',
          'Open the set-up link that npm start printed first.',
        );
      const name = `mesher tail ${randomUUID().slice(0, 8)}`;
      const made = await localAuth(db, config, log).createToken({
        userId: admin.id,
        name,
        scopes: ['stream:read'],
        expiresInDays: TOKEN_DAYS,
        by: COMMAND_LINE,
      });
      return { project, token: made.token };
    });
    const q = positionals.join(' ');
    // Not the path of the project, which subscribes by itself to everything.
    const url = `${baseUrl(config).replace(/^http/, 'ws')}/stream`;
    const color = io.isTerminal && !io.env.NO_COLOR;

    let failure: string | undefined;
    const ended = new Promise<void>((resolve) => {
      const connection = connectStream({
        url,
        projectId: String(access.project.id),
        scope: 'all',
        ...(q !== '' && { filters: { q } }),
        ...(values.since !== undefined && { since: values.since }),
        token: access.token,
        onMessage(message: DownMessage) {
          const line = values.json ? JSON.stringify(message) : formatMessage(message, color);
          if (line !== null) io.out(line);
          if (message.type === 'error' && !message.temporary) {
            failure = message.message;
            stop();
          }
        },
        onState(state) {
          if (!values.json) io.err(`[${state}] ${access.project.slug}`);
          if (state === 'unauthorised' || state === 'refused') {
            failure = 'The server refused: the token is not valid, or the project is not readable with it.';
            stop();
          }
        },
      });
      const stop = () => {
        connection.close();
        resolve();
      };
      io.signal.addEventListener('abort', stop, { once: true });
    });
    await ended;
    if (failure !== undefined) throw new CommandError(failure);
    return 0;
  },
};

/** Commands of mode 1: text in, answers to the session. */
import { errorTable } from '../errors.ts';
import { STREAM_TOKEN_PREFIX, type StreamErrorCode, type UnsubscribedMessage } from '../protocol/down.ts';
import { parseCommand, type Command, type CommandId } from '../protocol/up.ts';
import type { AuthResult, Viewer } from '../viewer.ts';
import type { RedeemStreamToken } from './authorise.ts';
import type { Session } from './session.ts';
import { subscribe, unsubscribe, type SubscribeDeps } from './subscribe.ts';

export interface Mode1Deps extends SubscribeDeps {
  authenticateToken: (token: string) => Promise<AuthResult>;
  redeemStreamToken: RedeemStreamToken;
  moment: () => number;
  /** Takes the viewer over, or says why not. */
  adopt: (
    session: Session,
    result: AuthResult,
    again: (() => Promise<AuthResult>) | null,
    asOf: number,
  ) => { kind: 'ok'; viewer: Viewer } | { kind: 'refused'; code: StreamErrorCode; message: string };
}

/** What the address of the connection says. */
export interface StreamPath {
  /** Id or slug, if it names one. */
  readonly project: string | null;
  /** Follows it: for the first viewer of a connection that began with nobody. */
  readonly join: () => Promise<void>;
}

const STATUS: Record<StreamErrorCode, number> = {
  bad_request: 400,
  unknown_type: 400,
  invalid_filter: 400,
  invalid_cursor: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  too_many_subs: 409,
  rate_limited: 429,
  too_large: 413,
  internal: 500,
};

export function tellError(
  session: Session,
  problem: { code: StreamErrorCode; message: string; path?: string },
  id?: CommandId,
): void {
  const { code, message, path } = problem;
  session.tell({
    type: 'error',
    ...(id === undefined ? {} : { id }),
    code,
    status: STATUS[code],
    message,
    ...(path === undefined ? {} : { path }),
    temporary: code in errorTable ? code === 'rate_limited' || code === 'internal' : false,
  });
}

export async function handleMode1(
  deps: Mode1Deps,
  session: Session,
  path: StreamPath,
  text: string,
): Promise<void> {
  const parsed = parseCommand(text);
  if (parsed.kind === 'refused') tellError(session, parsed, parsed.id);
  else await run(deps, session, path, parsed.command);
}

async function run(deps: Mode1Deps, session: Session, path: StreamPath, command: Command): Promise<void> {
  switch (command.type) {
    case 'subscribe': {
      const project = command.project_id ?? path.project;
      if (project === null) {
        tellError(
          session,
          { code: 'bad_request', message: 'project_id is required', path: 'project_id' },
          command.id,
        );
        return;
      }
      const result = await subscribe(
        deps,
        session,
        { ...command, project_id: project },
        { mode0Answer: 'none' },
      );
      if (result.kind === 'refused') tellError(session, result, command.id);
      return;
    }
    case 'unsubscribe': {
      const named = command.project_id ?? path.project;
      const project = named === null ? null : await deps.resolveProject(named);
      if (project === null || !unsubscribe(deps, session, project.id, command.sub)) {
        tellError(session, { code: 'not_found', message: 'no such subscription' }, command.id);
        return;
      }
      const message: UnsubscribedMessage = {
        type: 'unsubscribed',
        ...(command.id === undefined ? {} : { id: command.id }),
        project_id: String(project.id),
        sub: command.sub,
        reason: 'client',
      };
      session.tell(message);
      return;
    }
    case 'auth': {
      const isFirst = session.viewer === null;
      const adopted = await adopt(deps, session, command.token);
      if (adopted.kind === 'refused') tellError(session, adopted, command.id);
      else
        session.tell({
          type: 'authed',
          ...(command.id === undefined ? {} : { id: command.id }),
          expires_at: adopted.viewer.expiresAt,
        });
      if (isFirst && adopted.kind === 'ok') await path.join();
      return;
    }
    case 'ping':
      session.tell({ type: 'pong', t: command.t });
      return;
    case 'ack':
    case 'presence':
      return;
  }
}

async function adopt(
  deps: Mode1Deps,
  session: Session,
  token: string,
): Promise<ReturnType<Mode1Deps['adopt']>> {
  const asOf = deps.moment();
  if (!token.startsWith(STREAM_TOKEN_PREFIX))
    return deps.adopt(session, await deps.authenticateToken(token), null, asOf);
  const redeemed = await deps.redeemStreamToken(token, 'once');
  return deps.adopt(session, redeemed, redeemed.kind === 'viewer' ? redeemed.again : null, asOf);
}

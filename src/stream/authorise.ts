/**
 * Who opens a stream: a browser session with an allowed Origin, a bearer token, or a stream token where headers cannot
 * be set. A key of a DSN is none of them.
 */
import type { IncomingMessage } from 'node:http';
import { PROTOCOL, TOKEN_PROTOCOL_PREFIX } from '../protocol/down.ts';
import type { AuthResult, Viewer } from '../viewer.ts';

/** Which token (a name, not the token itself), and how many times it has been presented on all nodes together. */
export interface TokenTake {
  id: string;
  number: number;
}

/** A stream token opens one connection, or (`repeated`) one at a time until it expires. */
export type RedeemStreamToken = (
  token: string,
  use: 'once' | 'repeated',
) => Promise<
  | { kind: 'viewer'; viewer: Viewer; again: () => Promise<AuthResult>; take: TokenTake }
  | Extract<AuthResult, { kind: 'refused' }>
>;

export type Authenticate = (headers: {
  authorization: string | undefined;
  cookie: string | undefined;
}) => Promise<AuthResult>;

export interface AuthoriseDeps {
  authenticate: Authenticate;
  redeemStreamToken: RedeemStreamToken;
  originAllowed: (req: IncomingMessage) => boolean;
}

export type Authorised =
  /** `again` asks once more with the same credentials. */
  | { kind: 'viewer'; viewer: Viewer; again: () => Promise<AuthResult>; take?: TokenTake }
  /** Nothing was presented; a client of mode 1 may send `auth` first. */
  | { kind: 'nobody' }
  | { kind: 'refused'; code: 'unauthorized' | 'forbidden'; message: string };

/** A page of another site without a token of its own; always told by an HTTP status, before anything is asked. */
export function originRefused(
  deps: Pick<AuthoriseDeps, 'originAllowed'>,
  req: IncomingMessage,
  url: URL,
): boolean {
  return req.headers.origin !== undefined && offeredToken(req, url) === null && !deps.originAllowed(req);
}

/** The Origin has been looked at. */
export async function authorise(
  deps: Omit<AuthoriseDeps, 'originAllowed'>,
  req: IncomingMessage,
  url: URL,
): Promise<Authorised> {
  const token = offeredToken(req, url);
  const browser = req.headers.origin !== undefined;
  if (token !== null) return deps.redeemStreamToken(token, isUpgrade(req) ? 'once' : 'repeated');
  const { authorization, cookie } = req.headers;
  if (authorization === undefined && cookie === undefined) return { kind: 'nobody' };
  // The headers are kept for asking again, not the request: it is the largest thing an idle stream would hold.
  const result = await checked(() => deps.authenticate({ authorization, cookie }));
  // Without an Origin it is no browser, or one that hides it; a cookie alone then proves nothing.
  if (result.kind === 'viewer' && result.viewer.kind === 'session' && !browser && isUpgrade(req))
    return { kind: 'refused', code: 'forbidden', message: 'a session needs an Origin; programs use a token' };
  return result;
}

/** The scope that reading a stream takes. */
export function readable(result: AuthResult): AuthResult {
  if (result.kind === 'refused') return result;
  const { scopes } = result.viewer;
  if (scopes === 'all' || scopes.has('stream:read')) return result;
  return { kind: 'refused', code: 'forbidden', message: 'the token lacks the scope stream:read' };
}

async function checked(ask: () => Promise<AuthResult>): Promise<Authorised> {
  const again = async (): Promise<AuthResult> => readable(await ask());
  const result = await again();
  return result.kind === 'viewer' ? { kind: 'viewer', viewer: result.viewer, again } : result;
}

function isUpgrade(req: IncomingMessage): boolean {
  return req.headers.upgrade !== undefined;
}

export function offeredToken(req: IncomingMessage, url: URL): string | null {
  const offered = offeredProtocols(req).find((one) => one.startsWith(TOKEN_PROTOCOL_PREFIX));
  const token = offered?.slice(TOKEN_PROTOCOL_PREFIX.length) ?? url.searchParams.get('token');
  return token === null || token === '' ? null : token;
}

export function offeredProtocols(req: IncomingMessage): string[] {
  return (req.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
}

export function wantsMode1(req: IncomingMessage, url: URL): boolean {
  return url.searchParams.get('v') === '1' || offeredProtocols(req).includes(PROTOCOL);
}

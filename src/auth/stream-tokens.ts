/**
 * Stream tokens: what a page of another site or an EventSource presents instead of a header. They open streams of
 * named projects within minutes, and live no longer than the session or API token that they were made with.
 */
import type { Clock } from '../lib/clock.ts';
import type { AuthResult, Viewer } from '../viewer.ts';
import { scopesOf } from './api-tokens.ts';
import type { BetterAuth } from './better-auth.ts';

const LIFE_MS = 5 * 60 * 1000;

interface Held {
  userId: string;
  credentialKind: 'session' | 'token';
  credentialId: string;
  projectIds: readonly number[];
  expiresAt: number;
}
export interface StreamTokenPorts {
  create(token: Held, nowMs: number): Promise<string>;
  take(
    token: string,
    repeats: boolean,
    nowMs: number,
  ): Promise<(Held & { id: string; takes: number }) | null>;
}

export type RedeemedStreamToken =
  /** `again` asks whether what it was made with is still good; the token itself is used up. */
  | {
      kind: 'viewer';
      viewer: Viewer;
      again: () => Promise<AuthResult>;
      /** Which token, not the token itself, and how many times it has been presented. */
      take: { id: string; number: number };
    }
  | Extract<AuthResult, { kind: 'refused' }>;

export interface StreamTokens {
  create(viewer: Viewer, projectIds: readonly number[]): Promise<{ token: string; expiresAt: number }>;
  redeem(token: string, use: 'once' | 'repeated'): Promise<RedeemedStreamToken>;
}

export function createStreamTokens(deps: {
  betterAuth: BetterAuth;
  ports: StreamTokenPorts;
  clock: Clock;
  viewerOf: (
    userId: string,
    rest: Pick<Viewer, 'kind' | 'credentialId' | 'scopes' | 'expiresAt'>,
  ) => Promise<AuthResult>;
}): StreamTokens {
  const { clock, ports } = deps;
  const refused: Extract<AuthResult, { kind: 'refused' }> = {
    kind: 'refused',
    code: 'unauthorized',
    message: 'The token is not valid.',
  };

  /** Epoch ms at which the credential ends (null: never); undefined: it is gone. */
  async function endOf(held: Held): Promise<number | null | undefined> {
    const { adapter } = await deps.betterAuth.$context;
    const row = await adapter.findOne<{
      expiresAt: Date | null;
      enabled?: boolean | null;
      permissions?: string | null;
    }>({
      model: held.credentialKind === 'session' ? 'session' : 'apikey',
      where: [{ field: 'id', value: held.credentialId }],
    });
    if (!row || row.enabled === false) return undefined;
    // What was made with an API token may do no more than that token may now.
    if (held.credentialKind === 'token' && !scopesOf(row.permissions ?? null).includes('stream:read'))
      return undefined;
    const ends = row.expiresAt?.getTime() ?? null;
    return ends !== null && ends <= clock.now() ? undefined : ends;
  }

  async function ask(held: Held): Promise<AuthResult> {
    const expiresAt = await endOf(held);
    if (expiresAt === undefined) return refused;
    const found = await deps.viewerOf(held.userId, {
      kind: held.credentialKind,
      credentialId: held.credentialId,
      scopes: new Set(['stream:read']),
      expiresAt,
    });
    if (found.kind === 'refused') return found;
    return { kind: 'viewer', viewer: { ...found.viewer, projects: new Set(held.projectIds) } };
  }

  return {
    async create(viewer, projectIds) {
      const now = clock.now();
      const expiresAt = Math.min(now + LIFE_MS, viewer.expiresAt ?? Infinity);
      const held: Held = {
        userId: viewer.userId,
        credentialKind: viewer.kind,
        credentialId: viewer.credentialId,
        projectIds,
        expiresAt,
      };
      return { token: await ports.create(held, now), expiresAt };
    },
    async redeem(token, use) {
      const held = await ports.take(token, use === 'repeated', clock.now());
      if (held === null) return refused;
      const again = (): Promise<AuthResult> => ask(held);
      const result = await again();
      return result.kind === 'viewer'
        ? { ...result, again, take: { id: held.id, number: held.takes } }
        : result;
    },
  };
}

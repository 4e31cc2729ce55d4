/**
 * Whose request is it: public keys from headers, query and envelope header, checked against the keys that exist.
 * In: a request (and the DSN of an envelope). Out: the key's project, or an answer's status and words.
 */
import type { IncomingHttpHeaders } from 'node:http';

export type KeyLookup =
  | {
      kind: 'active';
      keyId: number;
      projectId: number;
      projectSlug: string;
      rateLimit: number | null;
      allowedOrigins: string[] | null;
      /** Whether events beyond the project's usual rate are counted without their payload. */
      spikeProtection: boolean;
      /** Of its own, beside the instance's; null = none. */
      attachmentBudgetBytes: number | null;
    }
  | { kind: 'unknown' }
  | { kind: 'revoked' };

export type ActiveKey = Extract<KeyLookup, { kind: 'active' }>;

export type Authorized =
  | { kind: 'ok'; key: ActiveKey }
  | { kind: 'denied'; status: 401 | 403; detail: string }
  /** The database is away and the key is not remembered: neither yes nor no. */
  | { kind: 'unknowable'; cause: unknown };

export interface Credentials {
  /** Every key that was sent; they must agree. */
  keys: string[];
  /** From `sentry_timestamp`: when an old client says it sent this. */
  sentAt?: string;
  /** From `sentry_client`: `name/version` of what sends, in the words of an event's `sdk`. */
  sdk?: { name: string; version?: string };
  /** A DSN's project: must be the key's. */
  dsnProject?: string;
}

const FIELD = /(?:^|[\s,])sentry_(key|timestamp|client)\s*=\s*"?([^,\s"]+)/gi;
const CLIENT = /^([^/]+)(?:\/(\d\S*)|\/.*)?$/;
const SCHEME = /^\s*sentry\s/i;

export function readCredentials(headers: IncomingHttpHeaders, query: URLSearchParams): Credentials {
  const credentials: Credentials = { keys: [] };
  const own = headers['x-sentry-auth'];
  if (typeof own === 'string') readHeader(own, credentials);
  const authorization = headers.authorization;
  if (authorization !== undefined && SCHEME.test(authorization)) readHeader(authorization, credentials);
  const inQuery = query.get('sentry_key');
  if (inQuery !== null) credentials.keys.push(inQuery);
  readClient(query.get('sentry_client') ?? '', credentials);
  return credentials;
}

function readHeader(header: string, credentials: Credentials): void {
  for (const [, name, value = ''] of header.slice(0, 4096).matchAll(FIELD)) {
    switch (name?.toLowerCase()) {
      case 'key':
        credentials.keys.push(value);
        break;
      case 'client':
        readClient(value, credentials);
        break;
      default:
        credentials.sentAt = value;
    }
  }
}

/** Some say more than a version after the slash: sentry-cli names the processor. */
function readClient(client: string, credentials: Credentials): void {
  const [, name, version] = CLIENT.exec(client) ?? [];
  if (name !== undefined) credentials.sdk = version === undefined ? { name } : { name, version };
}

/** Adds the DSN of an envelope header. What is no DSN counts for nothing: the other credentials decide. */
export function withDsn(credentials: Credentials, dsn: unknown): Credentials {
  if (typeof dsn !== 'string' || dsn.length > 512) return credentials;
  const url = URL.parse(dsn);
  if (url === null || url.username === '') return credentials;
  const project = url.pathname.split('/').findLast((part) => part !== '');
  return {
    ...credentials,
    keys: [...credentials.keys, url.username],
    ...(project === undefined ? {} : { dsnProject: project }),
  };
}

export interface KeyPorts {
  lookupKey(publicKey: string): Promise<KeyLookup>;
  resolveProjectId(idOrSlug: string): Promise<number | null>;
}

/** `project`: the one in the path, where the path has one. */
export async function authorize(
  ports: KeyPorts,
  credentials: Credentials,
  project: string | null,
): Promise<Authorized> {
  const [publicKey, ...others] = credentials.keys.map((key) => key.toLowerCase());
  if (publicKey === undefined) return denied(401, 'no sentry_key was sent');
  if (others.some((other) => other !== publicKey)) return denied(403, 'the request carries different keys');
  if (!/^[0-9a-f]{32}$/.test(publicKey)) return denied(403, 'the key is not valid');
  try {
    return await ownerOf(ports, publicKey, [project, credentials.dsnProject ?? null]);
  } catch (cause) {
    return { kind: 'unknowable', cause };
  }
}

/** `names`: what the request calls the project. */
async function ownerOf(
  ports: KeyPorts,
  publicKey: string,
  names: readonly (string | null)[],
): Promise<Authorized> {
  const key = await ports.lookupKey(publicKey);
  switch (key.kind) {
    case 'unknown':
      return denied(403, 'the key is unknown');
    case 'revoked':
      return denied(403, 'the key is revoked');
    case 'active':
      for (const name of names)
        if (name !== null && !(await isProject(ports, key, name)))
          return denied(403, 'the key belongs to another project');
      return { kind: 'ok', key };
  }
}

async function isProject(ports: KeyPorts, key: ActiveKey, name: string): Promise<boolean> {
  if (name === String(key.projectId) || name === key.projectSlug) return true;
  if (name.length > 128 || name.includes('\u0000')) return false;
  return (await ports.resolveProjectId(name)) === key.projectId;
}

function denied(status: 401 | 403, detail: string): Authorized {
  return { kind: 'denied', status, detail };
}

/** Who is asking: made by `auth` from a cookie or a bearer token, read by `api` and `stream`. */

export type Scope =
  | 'stream:read'
  | 'event:read'
  | 'issue:write'
  | 'project:read'
  | 'project:admin'
  | 'org:read'
  | 'org:admin'
  | 'release:write';
export type Role = 'owner' | 'admin' | 'member';

export interface Viewer {
  kind: 'session' | 'token';
  userId: string;
  email: string;
  /** Id of the session or of the API token, so that its revocation can be told apart. */
  credentialId: string;
  /** Organization id → role. Access to a project is membership of its organization. */
  organizations: ReadonlyMap<string, Role>;
  isInstanceAdmin: boolean;
  /** A session has every scope its roles allow; a token only these. */
  scopes: ReadonlySet<Scope> | 'all';
  /** A stream token reads these projects only; absent = every project of the organizations. */
  projects?: ReadonlySet<number>;
  /** Epoch ms; null = does not expire by itself. */
  expiresAt: number | null;
}

/** Who changes something, for the audit log. */
export interface Actor {
  /** null: nobody of the instance, as the command line of its own machine or who opens an invitation. */
  userId: string | null;
  email: string | null;
  /** null: no request. */
  ip: string | null;
  /** The API token it was done with. */
  tokenId?: string;
}

export const COMMAND_LINE: Actor = { userId: null, email: null, ip: null };

export type AuthResult =
  | { kind: 'viewer'; viewer: Viewer }
  | { kind: 'refused'; code: 'unauthorized' | 'forbidden'; message: string };

/** A project as access decisions need it. */
export interface ProjectRef {
  id: number;
  slug: string;
  name: string;
  organizationId: string;
}

/** What a committed change of access or settings touched (`config_changes`, ../shared/spec/stream.md §9). */
export interface ConfigChange {
  id: number;
  kind:
    | 'user'
    | 'session'
    | 'member'
    | 'organization'
    | 'apikey'
    | 'project'
    | 'project_key'
    | 'settings'
    | 'stream_token'
    | 'saved_searches';
  /**
   * Id of the row: session id, user id, project id … For `member`: the user id; for `stream_token`: `<id>.<number of
   * the take>`; for `saved_searches`: the project's id.
   */
  ref: string;
}

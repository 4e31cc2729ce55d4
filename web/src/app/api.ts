/** The REST client: one function over fetch, errors with the server's code and hint. */
import type { IssuePriority } from '../../../src/protocol/change.ts';
import type { DownMessage } from '../../../src/protocol/down.ts';
import type {
  Activity,
  ApiToken,
  Attachment,
  AuditEntry,
  CommandResult,
  ErrorBody,
  EventDetail,
  EventSummary,
  Feedback,
  GroupingPreview,
  Health,
  Invitation,
  Issue,
  IssueGrouping,
  IssueTag,
  Me,
  Member,
  NamedSum,
  OpenInvitation,
  OutcomeRow,
  Page,
  Project,
  ProjectGrouping,
  ProjectKey,
  ProjectSettings,
  ProjectSettingsPatch,
  ReleaseSum,
  Session,
  SetupRequest,
  SetupState,
  SimilarIssue,
  TagSums,
  Timeline,
  TopIssue,
  UntilRequest,
  Volume,
} from '../../../src/protocol/rest.ts';
import type { InstanceStorage, ProjectStorage } from '../../../src/protocol/rest-storage.ts';
import type { SavedSearch } from '../../../src/protocol/rest-saved-search.ts';

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly path: string | undefined;

  constructor(status: number, code: string, message: string, hint: string, path?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.path = path;
  }
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object';
}

async function readError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  if (isErrorBody(body)) {
    const { code, message, hint, path } = body.error;
    return new ApiError(response.status, code, message, hint ?? '', path);
  }
  // better-auth answers `{ message, code }`.
  if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
    return new ApiError(response.status, 'auth', body.message, '');
  }
  const hint = response.status >= 500 ? 'The server may be restarting. Try again in a moment.' : '';
  return new ApiError(response.status, 'internal', `The server answered ${response.status}.`, hint);
}

/** The viewer's, by a name that the server takes. */
function timeZone(): string {
  const name = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return name.includes('/') ? name : 'UTC';
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: 'same-origin', ...init });
  } catch {
    throw new ApiError(
      0,
      'offline',
      'The server cannot be reached.',
      'Check that Mesher runs and you are online.',
    );
  }
}

/** The answer is trusted to have the shape of `src/protocol/rest.ts`: server and web are one version. */
async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await reach(path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await readError(response);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Every page of a list that pages show whole. */
async function all<T>(path: string): Promise<Page<T>> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await request('GET', `${path}${query({ limit: 100, cursor })}`);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return { items, next: null };
}

const V1 = '/api/v1';
const enc = encodeURIComponent;

function attachmentPath(project: string, eventId: string, id: string): string {
  return `${V1}/projects/${enc(project)}/events/${enc(eventId)}/attachments/${enc(id)}`;
}

function query(parameters: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

export type IssueCommand = 'resolve' | 'unresolve' | 'archive' | 'discard';
/** One change of many issues. */
export type BulkChange =
  | { action: IssueCommand; until?: UntilRequest }
  | { action: 'assign'; assignee: string | null }
  | { action: 'priority'; priority: IssuePriority };
type BulkRequest = BulkChange &
  ({ ids: readonly string[] } | { where: { query: string; since: string; until?: string } });
const MAX_BULK = 100;
export type GroupingChange = { version: string; enhancements: string; fingerprint_rules: string };
type Parameters = Record<string, string | number | null | undefined>;

/** GET /readyz */
interface Readiness {
  status: 'ok' | 'draining' | 'unavailable';
  parts: { name: string; state: string }[];
  message?: string;
}

export const api = {
  instance: () =>
    request<{ setup_required: boolean; sends_mail: boolean; single_sign_on: string | null; version: string }>(
      'GET',
      `${V1}/instance`,
    ),
  setupState: (token: string) => request<SetupState>('GET', `${V1}/setup/${enc(token)}`),
  redeemSetup: (token: string, body: SetupRequest) =>
    request<unknown>('POST', `${V1}/setup/${enc(token)}`, body),
  signIn: (email: string, password: string) =>
    request<{ twoFactorRedirect?: boolean }>('POST', '/api/auth/sign-in/email', { email, password }),
  verifyCode: (code: string) =>
    request<unknown>(
      'POST',
      `/api/auth/two-factor/${/^\d{6}$/.test(code) ? 'verify-totp' : 'verify-backup-code'}`,
      { code },
    ),
  singleSignOn: (next: string | undefined) =>
    request<{ url: string }>('POST', '/api/auth/sign-in/social', { next }),
  signOut: () => request<unknown>('POST', '/api/auth/sign-out', {}),

  invitation: (token: string) => request<OpenInvitation>('GET', `${V1}/invitations/${enc(token)}`),
  acceptAsNew: (token: string, body: { name: string; password: string }) =>
    request<unknown>('POST', `${V1}/invitations/${enc(token)}`, body),
  acceptInvitation: (token: string) => request<unknown>('POST', `${V1}/invitations/${enc(token)}/accept`, {}),
  requestPasswordReset: (email: string) => request<unknown>('POST', `${V1}/password-resets`, { email }),
  passwordReset: (token: string) => request<{ email: string }>('GET', `${V1}/password-resets/${enc(token)}`),
  resetPassword: (token: string, password: string) =>
    request<unknown>('POST', `${V1}/password-resets/${enc(token)}`, { password }),

  me: () => request<Me>('GET', `${V1}/me`),
  sessions: () => all<Session>(`${V1}/me/sessions`),
  endSession: (id: string) => request<unknown>('DELETE', `${V1}/me/sessions/${enc(id)}`),
  endOtherSessions: () => request<unknown>('DELETE', `${V1}/me/sessions`),
  changePassword: (body: { current_password: string; new_password: string }) =>
    request<unknown>('PUT', `${V1}/me/password`, body),
  startTwoFactor: (password: string) =>
    request<{ totpURI: string; backupCodes: string[] }>('POST', '/api/auth/two-factor/enable', { password }),
  endTwoFactor: (password: string) => request<unknown>('POST', '/api/auth/two-factor/disable', { password }),
  newBackupCodes: (password: string) =>
    request<{ backupCodes: string[] }>('POST', '/api/auth/two-factor/generate-backup-codes', { password }),

  setRole: (organization: string, user: string, role: Member['role']) =>
    request<unknown>('PATCH', `${V1}/organizations/${enc(organization)}/members/${enc(user)}`, { role }),
  removeMember: (organization: string, user: string) =>
    request<unknown>('DELETE', `${V1}/organizations/${enc(organization)}/members/${enc(user)}`),
  invitations: (organization: string) =>
    all<Invitation>(`${V1}/organizations/${enc(organization)}/invitations`),
  invite: (organization: string, body: { email: string; role: Member['role'] }) =>
    request<{ id: string; link: string; mailed: boolean; email: string; expires_at: string }>(
      'POST',
      `${V1}/organizations/${enc(organization)}/invitations`,
      body,
    ),
  revokeInvitation: (organization: string, id: string) =>
    request<unknown>('DELETE', `${V1}/organizations/${enc(organization)}/invitations/${enc(id)}`),
  auditLog: (organization: string, parameters: Parameters) =>
    request<Page<AuditEntry>>(
      'GET',
      `${V1}/organizations/${enc(organization)}/audit-log${query(parameters)}`,
    ),

  readiness: async (): Promise<Readiness> => {
    const response = await reach('/readyz', {});
    // 503 says what is wrong.
    if (!response.ok && response.status !== 503) throw await readError(response);
    return (await response.json()) as Readiness;
  },
  metrics: async (): Promise<{ kind: 'open'; text: string } | { kind: 'closed' }> => {
    const response = await reach('/metrics', {});
    if (response.status === 403) return { kind: 'closed' };
    if (!response.ok) throw await readError(response);
    return { kind: 'open', text: await response.text() };
  },
  instanceStorage: () => request<InstanceStorage>('GET', `${V1}/instance/storage`),

  members: (organization: string) => all<Member>(`${V1}/organizations/${enc(organization)}/members`),
  tokens: () => all<ApiToken>(`${V1}/tokens`),
  createToken: (body: { name: string; scopes: string[]; expires_in_days?: number }) =>
    request<ApiToken & { token: string }>('POST', `${V1}/tokens`, body),
  revokeToken: (id: string) => request<unknown>('DELETE', `${V1}/tokens/${enc(id)}`),

  projects: () => all<Project>(`${V1}/projects`),
  createProject: (body: { name: string; platform: string | null; organization: string }) =>
    request<Project>('POST', `${V1}/projects`, body),
  renameProject: (project: string, name: string) =>
    request<Project>('PATCH', `${V1}/projects/${enc(project)}`, { name }),
  settings: (project: string) => request<ProjectSettings>('GET', `${V1}/projects/${enc(project)}/settings`),
  saveSettings: (project: string, patch: ProjectSettingsPatch) =>
    request<ProjectSettings>('PATCH', `${V1}/projects/${enc(project)}/settings`, patch),
  previewScrub: (project: string, body: { event_id: string; scrub: ProjectSettings['scrub'] }) =>
    request<{ paths: string[] }>('POST', `${V1}/projects/${enc(project)}/settings/scrub-preview`, body),
  storage: (project: string) => request<ProjectStorage>('GET', `${V1}/projects/${enc(project)}/storage`),
  keys: (project: string) => all<ProjectKey>(`${V1}/projects/${enc(project)}/keys`),
  createKey: (project: string, label: string) =>
    request<ProjectKey>('POST', `${V1}/projects/${enc(project)}/keys`, { label }),
  revokeKey: (project: string, id: string) =>
    request<unknown>('DELETE', `${V1}/projects/${enc(project)}/keys/${enc(id)}`),

  issues: (project: string, parameters: Parameters) =>
    request<Page<Issue>>('GET', `${V1}/projects/${enc(project)}/issues${query(parameters)}`),
  savedSearches: (project: string) => all<SavedSearch>(`${V1}/projects/${enc(project)}/saved-searches`),
  saveSearch: (project: string, body: Pick<SavedSearch, 'name' | 'query' | 'sort' | 'visibility'>) =>
    request<SavedSearch>('POST', `${V1}/projects/${enc(project)}/saved-searches`, body),
  deleteSearch: (project: string, id: string) =>
    request<unknown>('DELETE', `${V1}/projects/${enc(project)}/saved-searches/${enc(id)}`),
  issue: (id: string) => request<Issue>('GET', `${V1}/issues/${enc(id)}`),
  deleteIssue: (id: string) => request<CommandResult>('DELETE', `${V1}/issues/${enc(id)}`),
  bulkIssues: (project: string, body: BulkRequest) =>
    request<CommandResult>('POST', `${V1}/projects/${enc(project)}/issues/bulk`, body),
  /** In parts of the size a command may have. */
  async changeIssues(project: string, ids: readonly string[], change: BulkChange): Promise<void> {
    for (let from = 0; from < ids.length; from += MAX_BULK)
      await api.bulkIssues(project, { ids: ids.slice(from, from + MAX_BULK), ...change });
  },
  mergeIssues: (id: string, ids: string[]) =>
    request<CommandResult>('POST', `${V1}/issues/${enc(id)}/merge`, { ids }),
  unmergeIssue: (id: string, hashes: string[]) =>
    request<CommandResult & { issue_id: string }>('POST', `${V1}/issues/${enc(id)}/unmerge`, { hashes }),
  similar: (id: string) => request<Page<SimilarIssue>>('GET', `${V1}/issues/${enc(id)}/similar`),
  dismissSimilar: (id: string, ids: string[]) =>
    request<CommandResult>('POST', `${V1}/issues/${enc(id)}/similar/dismiss`, { ids }),
  restoreSimilar: (id: string, ids: string[]) =>
    request<CommandResult>('POST', `${V1}/issues/${enc(id)}/similar/restore`, { ids }),
  comment: (id: string, text: string) =>
    request<CommandResult>('POST', `${V1}/issues/${enc(id)}/comments`, { text }),
  issueEvents: (id: string, parameters: Parameters) =>
    request<Page<EventSummary>>('GET', `${V1}/issues/${enc(id)}/events${query(parameters)}`),
  volume: (project: string, parameters: Parameters) =>
    request<Volume>(
      'GET',
      `${V1}/projects/${enc(project)}/stats/volume${query({ ...parameters, time_zone: timeZone() })}`,
    ),
  topIssues: (project: string, parameters: Parameters) =>
    request<Page<TopIssue>>('GET', `${V1}/projects/${enc(project)}/stats/top-issues${query(parameters)}`),
  health: (project: string) =>
    request<Health>('GET', `${V1}/projects/${enc(project)}/stats/health${query({ time_zone: timeZone() })}`),
  outcomes: (project: string, parameters: Parameters) =>
    request<Page<OutcomeRow>>('GET', `${V1}/projects/${enc(project)}/stats/outcomes${query(parameters)}`),
  timeline: (id: string, parameters: Parameters) =>
    request<Timeline>(
      'GET',
      `${V1}/issues/${enc(id)}/timeline${query({ ...parameters, time_zone: timeZone() })}`,
    ),
  issueTags: (id: string) => request<Page<IssueTag>>('GET', `${V1}/issues/${enc(id)}/tags`),
  projectGrouping: (project: string) =>
    request<ProjectGrouping>('GET', `${V1}/projects/${enc(project)}/grouping`),
  saveGrouping: (project: string, change: GroupingChange) =>
    request<ProjectGrouping>('PUT', `${V1}/projects/${enc(project)}/grouping`, change),
  previewGrouping: (project: string, change: GroupingChange) =>
    request<GroupingPreview>('POST', `${V1}/projects/${enc(project)}/grouping/preview`, change),
  grouping: (id: string) => request<IssueGrouping>('GET', `${V1}/issues/${enc(id)}/grouping`),
  activity: (id: string) => request<Page<Activity>>('GET', `${V1}/issues/${enc(id)}/activity`),

  sums: (project: string, by: 'levels' | 'environments', parameters: Parameters) =>
    request<Page<NamedSum>>('GET', `${V1}/projects/${enc(project)}/stats/${by}${query(parameters)}`),
  releaseSums: (project: string, parameters: Parameters) =>
    request<Page<ReleaseSum>>('GET', `${V1}/projects/${enc(project)}/stats/releases${query(parameters)}`),
  tagSums: (project: string, parameters: Parameters) =>
    request<Page<TagSums>>('GET', `${V1}/projects/${enc(project)}/stats/tags${query(parameters)}`),

  event: (project: string, id: string) =>
    request<EventDetail>('GET', `${V1}/projects/${enc(project)}/events/${enc(id)}`),
  attachments: (project: string, eventId: string) =>
    all<Attachment>(`${V1}/projects/${enc(project)}/events/${enc(eventId)}/attachments`),
  attachmentPath,
  attachmentBytes: async (project: string, eventId: string, id: string) => {
    const response = await reach(attachmentPath(project, eventId, id), {});
    if (!response.ok) throw await readError(response);
    return new Uint8Array(await response.arrayBuffer());
  },
  eventFeedback: (project: string, eventId: string) =>
    request<Page<Feedback>>('GET', `${V1}/projects/${enc(project)}/feedback${query({ event: eventId })}`),
  events: (project: string, parameters: Parameters) =>
    request<Page<EventSummary>>('GET', `${V1}/projects/${enc(project)}/events${query(parameters)}`),
  log: (project: string, parameters: Parameters) =>
    request<Page<DownMessage>>('GET', `${V1}/projects/${enc(project)}/log${query(parameters)}`),
};

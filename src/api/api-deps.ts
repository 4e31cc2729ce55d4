/**
 * What the REST API needs of the other stages, as function ports. Bodies are those of protocol/rest.ts, times going
 * in are epoch ms, ids of issues and events are strings, ids of projects numbers. Wrong cursors and filters are
 * MesherErrors of the port.
 */
import type { SentryEvent } from '../event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { IssuePriority, IssueStatus } from '../protocol/change.ts';
import type { InstanceStorage, ProjectStorage } from '../protocol/rest-storage.ts';
import type { Filter } from '../protocol/filter.ts';
import type {
  Activity,
  Attachment,
  AuditEntry,
  CheckIn,
  EventDetail,
  EventSummary,
  Feedback,
  GroupingPreview,
  Health,
  Interval,
  InstanceUser,
  Invitation,
  Issue,
  IssueGrouping,
  IssueTag,
  Member,
  Monitor,
  NamedSum,
  OutcomeRow,
  Page,
  Project,
  ProjectGrouping,
  ProjectKey,
  ProjectSettings,
  ProjectSettingsPatch,
  ReleaseHealth,
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
} from '../protocol/rest.ts';
import type { SavedSearchPorts } from './saved-search-ports.ts';
import type { Actor, AuthResult, ProjectRef, Role, Scope, Viewer } from '../viewer.ts';

export const ISSUE_SORTS = ['last_seen', 'first_seen', 'events', 'users', 'trend'] as const;

export interface PageRequest {
  cursor?: string;
  /** 1 to 100. */
  limit: number;
}

export interface TimeRange {
  since?: number;
  until?: number;
}

export interface IssueListRequest extends PageRequest, TimeRange {
  projectId: number;
  filter: Filter;
  sort: (typeof ISSUE_SORTS)[number];
}

export interface EventListRequest extends PageRequest, TimeRange {
  filter?: Filter;
}

export interface AuthPorts {
  /** Serves /api/auth/*. */
  handler(request: Request, env: { ip: string }): Promise<Response>;
  authenticate(headers: {
    cookie?: string | undefined;
    authorization?: string | undefined;
  }): Promise<AuthResult>;
  createToken(o: {
    userId: string;
    name: string;
    scopes: readonly Scope[];
    expiresInDays?: number;
    by: Actor;
  }): Promise<TokenInfo & { token: string }>;
  listTokens(userId: string, request: PageRequest): Promise<Page<TokenInfo>>;
  revokeToken(userId: string, id: string, by: Actor): Promise<boolean>;
  /** An account to be; nothing is written yet. */
  prepareUser(o: { email: string; password: string; name: string }): Promise<NewUserResult>;
  changePassword(o: {
    viewer: Viewer;
    current: string;
    next: string;
    by: Actor;
  }): Promise<ChangePasswordResult>;
  /** For streams of these projects; the caller has checked that the viewer may read them. */
  createStreamToken(
    viewer: Viewer,
    projectIds: readonly number[],
  ): Promise<{ token: string; expiresAt: number }>;
}

export interface TokenInfo {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: number;
  lastUsedAt: number | null;
  expiresAt: number | null;
}

export type NewUserResult =
  | { kind: 'ok'; user: NewUser }
  | { kind: 'invalid'; field: 'email' | 'password' | 'name'; message: string };

export interface NewUser {
  id: string;
  accountId: string;
  email: string;
  name: string;
  passwordHash: string;
}

export type ChangePasswordResult =
  | { kind: 'done' }
  | { kind: 'wrong_password' }
  | { kind: 'limited'; retryAfterS: number }
  | { kind: 'invalid'; message: string };

export type RedeemResult =
  | { kind: 'done' }
  /** No such link, used, expired, or a user exists. */
  | { kind: 'invalid_link' }
  | { kind: 'invalid'; field: 'email' | 'password' | 'name'; message: string };

export interface SetupPorts {
  /** true while the instance has no user. */
  required(): Promise<boolean>;
  /** null: the link is not good. */
  check(token: string): Promise<SetupState | null>;
  redeem(token: string, request: SetupRequest, ip: string): Promise<RedeemResult>;
}

export interface Organization {
  id: string;
  slug: string;
  name: string;
}

export type MemberChange =
  | { kind: 'done' }
  | { kind: 'not_found' }
  | { kind: 'last_owner' }
  /** The actor is no owner. */
  | { kind: 'owners_only' };

export type OrganizationChange =
  | { kind: 'done'; organization: Organization }
  | { kind: 'not_found' }
  | { kind: 'slug_taken' };

export type AcceptResult =
  | { kind: 'done'; organization: Organization }
  | { kind: 'invalid_link' }
  | { kind: 'has_account' }
  | { kind: 'other_email' }
  | { kind: 'already_member' };

export type UserChange =
  | { kind: 'done' }
  | { kind: 'not_found' }
  | { kind: 'last_admin' }
  | { kind: 'last_owner'; organization: string };

export interface AccountPorts {
  loadMemberships(userId: string): Promise<{
    email: string;
    name: string;
    isInstanceAdmin: boolean;
    twoFactor: boolean;
    organizations: (Organization & { role: Role })[];
  } | null>;
  findOrganization(idOrSlug: string): Promise<Organization | null>;
  listOrganizations(userId: string, request: PageRequest): Promise<Page<Organization & { role: Role }>>;
}

/** Each change is answered after the commit that also holds its audit entry. */
export interface OrganizationPorts {
  createOrganization(o: { name: string; by: Actor }): Promise<Organization>;
  updateOrganization(
    id: string,
    change: { name?: string; slug?: string },
    by: Actor,
  ): Promise<OrganizationChange>;
  deleteOrganization(id: string, by: Actor): Promise<{ kind: 'done' | 'not_found' | 'has_projects' }>;
  listMembers(organizationId: string, request: PageRequest): Promise<Page<Member>>;
  roleIn(organizationId: string, userId: string): Promise<Role | null>;
  setMemberRole(organizationId: string, userId: string, role: Role, by: Actor): Promise<MemberChange>;
  removeMember(organizationId: string, userId: string, by: Actor): Promise<MemberChange>;
}

export interface InvitationPorts {
  /** `link` is to be shown once. */
  create(o: {
    organization: Organization;
    email: string;
    role: Role;
    by: Actor & { userId: string };
  }): Promise<
    | { kind: 'created'; id: string; link: string; expiresAt: number; mailed: boolean }
    | { kind: 'already_member' }
    | { kind: 'owners_only' }
  >;
  list(organizationId: string, request: PageRequest): Promise<Page<Invitation>>;
  revoke(organizationId: string, id: string, by: Actor): Promise<boolean>;
  find(token: string): Promise<{
    email: string;
    role: Role;
    organization: Organization;
    hasAccount: boolean;
    expiresAt: number;
  } | null>;
  acceptAsNew(token: string, user: NewUser, ip: string): Promise<AcceptResult>;
  acceptAs(token: string, by: Actor & { userId: string }): Promise<AcceptResult>;
}

export interface SessionPorts {
  list(userId: string, request: PageRequest): Promise<Page<Omit<Session, 'current'>>>;
  end(userId: string, id: string, by: Actor): Promise<boolean>;
  endOthers(userId: string, keep: string, by: Actor): Promise<void>;
}

export interface UserPorts {
  list(request: PageRequest): Promise<Page<InstanceUser>>;
  setInstanceAdmin(userId: string, isAdmin: boolean, by: Actor): Promise<UserChange>;
  remove(userId: string, by: Actor): Promise<UserChange>;
  /** For who has lost the device; their sessions end. */
  resetTwoFactor(userId: string, by: Actor): Promise<UserChange>;
}

export interface PasswordResetPorts {
  /** The same whether or not there is such an account. `no_mail`: this instance sends none. */
  request(email: string, ip: string): Promise<'accepted' | 'no_mail'>;
  /** null: there is no such user. */
  createLink(userId: string, by: Actor): Promise<{ link: string; expiresAt: number } | null>;
  find(token: string): Promise<{ email: string } | null>;
  redeem(
    token: string,
    password: string,
    ip: string,
  ): Promise<{ kind: 'done' } | { kind: 'invalid_link' } | { kind: 'invalid'; message: string }>;
}

export interface AuditPorts {
  /** `organizationId` null: of the whole instance. */
  list(organizationId: string | null, request: PageRequest): Promise<Page<AuditEntry>>;
}

export interface ProjectPorts {
  list(organizationIds: string[], request: PageRequest): Promise<Page<Project>>;
  get(idOrSlug: string): Promise<Project | null>;
  create(o: { organizationId: string; name: string; platform: string | null; by: Actor }): Promise<Project>;
  update(id: number, change: { name?: string; platform?: string | null }, by: Actor): Promise<Project | null>;
  remove(id: number, by: Actor): Promise<boolean>;
  listKeys(projectId: number, request: PageRequest): Promise<Page<ProjectKey>>;
  createKey(projectId: number, label: string, by: Actor): Promise<ProjectKey>;
  getSettings(id: number): Promise<ProjectSettings | null>;
  updateSettings(id: number, patch: ProjectSettingsPatch, by: Actor): Promise<ProjectSettings | null>;
  /** Filters the event with these rules, in place; resolves to the paths. */
  scrub(event: SentryEvent, rules: Partial<ProjectSettings['scrub']>): string[];
  /** false: no such key, or revoked already. */
  revokeKey(projectId: number, keyId: number, by: Actor): Promise<boolean>;
}

interface Affected {
  affected: number;
}

/** `by` is the user who commands; each resolves after commit. */
export interface IssuePorts {
  list(request: IssueListRequest): Promise<Page<Issue>>;
  get(id: string): Promise<Issue | null>;
  projectOf(id: string): Promise<number | null>;
  /** The issue this one was merged into. */
  mergedInto(id: string): Promise<string | null>;
  events(id: string, request: PageRequest): Promise<Page<EventSummary>>;
  timeline(id: string, request: BucketRequest): Promise<Timeline>;
  activity(id: string, request: PageRequest): Promise<Page<Activity>>;
  tags(id: string): Promise<IssueTag[]>;
  similar(id: string): Promise<SimilarIssue[]>;
  /** That they are not the same (`apart`), or no longer so. */
  tellApart(id: string, others: string[], apart: boolean, by: string): Promise<Affected>;
  /** `until`: what ends it. */
  setStatus(ids: string[], status: IssueStatus, by: string, until?: UntilRequest | null): Promise<Affected>;
  comment(id: string, text: string, by: string): Promise<Affected>;
  /** Into the first. */
  merge(id: string, others: string[], by: string): Promise<Affected>;
  unmerge(id: string, hashes: string[], by: string): Promise<{ issueId: string }>;
  assign(ids: string[], userId: string | null, by: string): Promise<Affected>;
  setPriority(ids: string[], priority: IssuePriority, by: string): Promise<Affected>;
  discard(ids: string[], by: string): Promise<Affected>;
  remove(ids: string[], by: string): Promise<Affected>;
}

export interface GroupingChange {
  version?: string | undefined;
  enhancements?: string | undefined;
  fingerprint_rules?: string | undefined;
}

/** null: there is no such project or issue. */
export interface GroupingPorts {
  settings(projectId: number): Promise<ProjectGrouping | null>;
  save(projectId: number, change: GroupingChange, by?: Actor): Promise<ProjectGrouping | null>;
  preview(projectId: number, change: GroupingChange): Promise<GroupingPreview | null>;
  explain(issueId: string): Promise<IssueGrouping | null>;
}

export interface EventPorts {
  list(projectId: number, request: EventListRequest): Promise<Page<EventSummary>>;
  /** `eventId`: 32 lower-case hex digits. */
  get(projectId: number, eventId: string): Promise<EventDetail | null>;
  /** There was such an event, of which nothing is kept. */
  wasStored(projectId: number, eventId: string): Promise<boolean>;
}

/** Lines of JSON with their ends. */
export interface ExportPorts {
  issue(id: string): AsyncIterable<string>;
  project(projectId: number): AsyncIterable<string>;
}

export interface AttachmentPorts {
  /** `eventId`, `id`: 32 lower-case hex digits. */
  list(projectId: number, eventId: string, request: PageRequest): Promise<Page<Attachment>>;
  read(
    projectId: number,
    eventId: string,
    id: string,
  ): Promise<{ attachment: Attachment; bytes: AsyncIterable<Uint8Array> } | null>;
}

export interface FeedbackPorts {
  list(projectId: number, request: PageRequest & { eventId?: string }): Promise<Page<Feedback>>;
}

export interface MonitorPorts {
  list(projectId: number, request: PageRequest): Promise<Page<Monitor>>;
  listCheckIns(projectId: number, request: PageRequest & { slug: string }): Promise<Page<CheckIn>>;
}

interface BucketRequest extends Required<TimeRange> {
  interval: Interval;
  /** IANA. */
  timeZone: string;
}

export interface VolumeRequest extends BucketRequest {
  by: 'level' | 'environment' | 'release';
}

interface SumRequest extends Required<TimeRange> {
  limit: number;
}

export interface StatsPorts {
  releases(projectId: number, request: Required<TimeRange> & PageRequest): Promise<Page<ReleaseHealth>>;
  /** Throws bad_request for a time zone the database does not know. */
  volume(projectId: number, request: VolumeRequest): Promise<Volume>;
  sums(projectId: number, request: SumRequest & { by: 'level' | 'environment' }): Promise<NamedSum[]>;
  releaseSums(projectId: number, request: SumRequest): Promise<ReleaseSum[]>;
  topIssues(projectId: number, request: SumRequest): Promise<TopIssue[]>;
  /** `key`: of one tag; `limit`: values of each. */
  tags(projectId: number, request: SumRequest & { key: string | null }): Promise<TagSums[]>;
  health(projectId: number, timeZone: string): Promise<Health>;
  outcomes(projectId: number, range: Required<TimeRange>): Promise<OutcomeRow[]>;
}

export interface StoragePorts {
  /** null: there is no such project. */
  ofProject(projectId: number): Promise<ProjectStorage | null>;
  ofInstance(): Promise<InstanceStorage>;
}

/** Messages of the stream in mode 1, oldest first. */
export interface LogRequest {
  /** A cursor of the stream, or a time in ISO 8601; absent = the newest. */
  since?: string;
  until?: string;
  /** Everything else of the query: the stream's filter, one parameter a term. */
  filter: { [name: string]: string };
  limit: number;
}

export interface ApiDeps {
  version: string;
  /** May a page of this origin write with its cookie? */
  originAllowed: (origin: string) => boolean;
  auth: AuthPorts;
  setup: SetupPorts;
  accounts: AccountPorts;
  organizations: OrganizationPorts;
  invitations: InvitationPorts;
  sessions: SessionPorts;
  users: UserPorts;
  audit: AuditPorts;
  passwordReset: PasswordResetPorts;
  /** Does this instance send mail? */
  sendsMail: boolean;
  /** What the button of single sign-on says; null: there is none. */
  singleSignOn: string | null;
  projects: ProjectPorts;
  issues: IssuePorts;
  savedSearches: SavedSearchPorts;
  grouping: GroupingPorts;
  events: EventPorts;
  exports: ExportPorts;
  attachments: AttachmentPorts;
  feedback: FeedbackPorts;
  monitors: MonitorPorts;
  stats: StatsPorts;
  storage: StoragePorts;
  readMessages(project: ProjectRef, request: LogRequest): Promise<Page<object>>;
  /** Sends an event through the front door; resolves when it is stored. */
  sendTestEvent(projectId: number): Promise<{ eventId: string }>;
  clock: Clock;
  log: Logger;
}

/**
 * Bodies of the REST API under /api/v1 as the web and other clients see them. `api` answers exactly these;
 * times are ISO 8601 UTC with milliseconds, ids are strings.
 */
import type { IssueData } from './change.ts';
import type { Json, Level, SentryEvent } from '../event.ts';

export interface Page<T> {
  items: T[];
  /** Opaque; null on the last page. */
  next: string | null;
}

export interface ErrorBody {
  /** `column`: in the text of `path`, from 1. */
  error: { code: string; message: string; hint: string; path?: string; column?: number };
}

/** Answer of a command on issues. */
export interface CommandResult {
  status: 'ok';
  affected: number;
}

/** An issue in a list and on its page. */
export interface Issue extends IssueData {
  project_id: string;
  rev: number;
  last_event_id: string | null;
  /** What ends `resolved` or `archived`; null: the next event, or nothing. Absent where not known. */
  until?: IssueUntil | null;
  /** The exception type and the value or message, as the list shows them apart. */
  type: string | null;
  value: string | null;
  /** Events that are still on their way to it or, taken apart, from it; null: none. Absent where not asked for. */
  moving?: IssueMoving | null;
  /** Events per hour of the last 24 hours, oldest first (24 numbers). Absent where not asked for. */
  hours?: number[];
}

/** `done` events of `total` were looked at. */
export interface IssueMoving {
  kind: 'merge' | 'unmerge';
  done: number;
  total: number;
}

/** What ends the state of an issue, as it stands; times are ISO 8601. */
export type IssueUntil =
  | { kind: 'in_release'; release: string }
  | { kind: 'next_release'; after: string | null }
  | { kind: 'escalating' }
  /** The counter at which it comes back. */
  | { kind: 'events' | 'users'; count: number }
  | { kind: 'date'; date: string };

/** What a person may ask for: counts are from now on. */
export type UntilRequest =
  | { kind: 'in_release'; release: string }
  | { kind: 'next_release' }
  | { kind: 'escalating' }
  | { kind: 'events' | 'users'; count: number }
  | { kind: 'date'; date: string };

/** An event in a list. */
export interface EventSummary {
  id: string;
  issue_id: string;
  title: string;
  culprit: string;
  level: Level;
  environment: string | null;
  release: string | null;
  user: string | null;
  timestamp: string;
  received: string;
}

/** GET /projects/:p/events/:event_id */
export interface EventDetail extends EventSummary {
  project_id: string;
  /** Of the issue: the oldest that is stored. */
  first: string | null;
  /** Neighbours within the issue by time; null at the ends. */
  previous: string | null;
  next: string | null;
  /** The normalised event; frames carry `in_app` as grouping decided. */
  event: SentryEvent;
}

export interface Project {
  id: string;
  slug: string;
  name: string;
  platform: string | null;
  organization_id: string;
  organization_slug: string;
  created_at: string;
  /** Unresolved issues now. */
  unresolved: number;
  /** null until the first event. */
  first_event_at: string | null;
}

export interface ProjectKey {
  id: string;
  label: string;
  public_key: string;
  dsn: string;
  created_at: string;
  revoked_at: string | null;
}

export interface Me {
  id: string;
  email: string;
  name: string;
  is_instance_admin: boolean;
  two_factor: boolean;
  organizations: Organization[];
}

export interface Organization {
  id: string;
  slug: string;
  name: string;
  /** Mine. */
  role: 'owner' | 'admin' | 'member';
}

export interface Member {
  user_id: string;
  email: string;
  name: string;
  role: 'owner' | 'admin' | 'member';
}

export interface Invitation {
  id: string;
  email: string;
  role: 'owner' | 'admin' | 'member';
  /** E-mail of who invited; null: no longer here. */
  invited_by: string | null;
  created_at: string;
  expires_at: string;
}

/** GET /invitations/:token answers this when the link is good; 404 otherwise. */
export interface OpenInvitation {
  email: string;
  role: 'owner' | 'admin' | 'member';
  organization: { slug: string; name: string };
  /** Then it is accepted from a session of that e-mail. */
  has_account: boolean;
  expires_at: string;
}

/** GET /me/sessions */
export interface Session {
  id: string;
  created_at: string;
  expires_at: string;
  ip: string | null;
  user_agent: string | null;
  /** The one that asks. */
  current: boolean;
}

/** GET /instance/users */
export interface InstanceUser {
  id: string;
  email: string;
  name: string;
  is_instance_admin: boolean;
  created_at: string;
}

/** GET /organizations/:o/audit-log */
export interface AuditEntry {
  id: string;
  at: string;
  /** null: of the instance or of a person alone. */
  organization_id: string | null;
  /** null: the command line, or nobody with an account. */
  actor: { id: string; email: string } | null;
  /** The API token it was done with. */
  token_id: string | null;
  ip: string | null;
  action: string;
  /** Id of what was changed. */
  target: string | null;
  data: { [key: string]: string | number | boolean | null };
}

export interface ApiToken {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
}

/** POST /stream-tokens answers this. */
export interface NewStreamToken {
  token: string;
  expires_at: string;
  projects: string[];
}

/** GET /setup/:token answers this when the link is good; 404 otherwise. POST redeems it. */
export interface SetupState {
  instance_url: string;
  project: { id: string; slug: string; dsn: string };
}
export interface SetupRequest {
  email: string;
  password: string;
  name: string;
  /** Name of the first organization; the default project is moved nowhere, it belongs to it. */
  organization: string;
}

/** GET /issues/:id/activity */
export interface Activity {
  id: string;
  kind: string;
  by: { id: string; email: string; name: string } | null;
  at: string;
  data: { [key: string]: string | number | boolean | null };
}

/** GET /issues/:id/tags: counted over all its events, most frequent value first. */
export interface IssueTag {
  key: string;
  values: { value: string; count: number }[];
  /** Events with the key and another value. */
  other: number;
}

/** GET /issues/:id/similar: an issue that is perhaps the same. */
export interface SimilarIssue {
  issue: Issue;
  /** Places in the program that both latest events went through, of those of the shorter stack. */
  shared_frames: number;
  frames: number;
}

export const INTERVALS = ['minute', '5m', '15m', 'hour', 'day'] as const;
export type Interval = (typeof INTERVALS)[number];

/** GET /issues/:id/timeline: events in buckets of time, every bucket of the range, oldest first. */
export interface Timeline {
  /** What was asked for, or the finest there is for times so long ago. */
  interval: Interval;
  time_zone: string;
  /** When each bucket begins. */
  starts: string[];
  events: number[];
}

/** GET /projects/:p/stats/volume: events in buckets of time, every bucket of the range, oldest first. */
export interface Volume {
  /** What was asked for, or the finest there is for times so long ago. */
  interval: Interval;
  time_zone: string;
  /** When each bucket begins. */
  starts: string[];
  /** `series` is cut after 20 names; the total is of all. */
  total: number[];
  by: 'level' | 'environment' | 'release';
  /** Greatest sum first. `name` null: none. */
  series: { name: string | null; sum: number; events: number[] }[];
}

/** GET /projects/:p/stats/levels, …/environments, …/releases: greatest first. */
export interface NamedSum {
  /** null: none. */
  name: string | null;
  events: number;
}

/** GET /projects/:p/stats/releases */
export interface ReleaseSum {
  release: string;
  first_seen: string | null;
  events: number;
}

/** GET /projects/:p/stats/top-issues */
export interface TopIssue extends Issue {
  /** In the range. */
  events: number;
}

/** GET /projects/:p/stats/tags */
export interface TagSums {
  key: string;
  events: number;
  values: { value: string; events: number }[];
}

/** GET /projects/:p/stats/health */
export interface Health {
  /** Of the last hour, and the median of the hours of the 7 days before it. */
  errors_per_minute: { now: number; median: number };
  /** Of the last 24 hours, 0 to 1; null without a session, or an event. */
  crash_free_sessions: number | null;
  share_dropped: number | null;
  /** Issues first seen today that are unresolved. */
  new_unresolved_today: number;
  last_event_at: string | null;
  /** Seconds. */
  last_event_age: number | null;
}

/** GET /projects/:p/stats/outcomes */
export interface OutcomeRow {
  outcome: string;
  reason: string;
  category: string;
  quantity: number;
}

/** GET /projects/:p/events/:event_id/attachments */
export interface Attachment {
  id: string;
  event_id: string;
  name: string;
  content_type: string;
  /** `event.attachment`, `event.minidump` … */
  kind: string;
  /** Bytes. */
  size: number;
  received: string;
}

/** GET /projects/:p/feedback */
export interface Feedback {
  id: string;
  /** Of the error it is about. */
  event_id: string | null;
  source: string;
  name: string | null;
  email: string | null;
  message: string;
  url: string | null;
  environment: string | null;
  release: string | null;
  received: string;
}

/** GET /projects/:p/releases: how the sessions of a range went. */
export interface ReleaseHealth {
  release: string;
  environment: string | null;
  sessions: number;
  errored: number;
  unhandled: number;
  crashed: number;
  abnormal: number;
  /** 0 to 1; null without a session. */
  crash_free: number | null;
}

/** GET /projects/:p/monitors */
export interface Monitor {
  slug: string;
  /** As the SDK last sent it: schedule, margins, time zone. */
  config: { [key: string]: Json };
  created_at: string;
  last_status: string | null;
  last_check_in_at: string | null;
}

/** GET /projects/:p/monitors/:slug/check-ins */
export interface CheckIn {
  id: string;
  status: string;
  environment: string | null;
  release: string | null;
  started_at: string;
  updated_at: string;
  duration_ms: number | null;
}

/** GET /projects/:p/settings */
export interface ProjectSettings {
  /** Events a second of one key; null = no limit of its own. */
  rate_limit: number | null;
  allowed_origins: string[] | null;
  /** 0 to 1: the share of events that is kept. */
  sample_rate: number;
  filters: {
    browser_extensions: boolean;
    legacy_browsers: boolean;
    localhost: boolean;
    health_checks: boolean;
    messages: string[];
    releases: string[];
    environments: string[];
  };
  scrub: { keys: string[]; ip_addresses: boolean };
  spike_protection: boolean;
  /** Days events are kept; null = the instance's default. */
  retention_days: number | null;
  /** Beyond it new attachments are dropped; null = only the instance's budget. */
  attachment_budget_bytes: number | null;
}

/** PATCH /projects/:p/settings */
export type ProjectSettingsPatch = Partial<Omit<ProjectSettings, 'filters' | 'scrub'>> & {
  filters?: Partial<ProjectSettings['filters']>;
  scrub?: Partial<ProjectSettings['scrub']>;
};

/** One value that may make a hash, or what holds such values. */
export interface GroupingNode {
  /** What it is: `app`, `exception`, `frame`, `function` … */
  id: string;
  /** Whether its values are in the hash. */
  contributes: boolean;
  /** Why not, or what was changed. */
  hint: string | null;
  values: (string | GroupingNode)[];
}

export interface GroupingVariant {
  name: string;
  /** 32 hex digits; null: this way of looking at the event does not count. */
  hash: string | null;
  /** The resolved values of a fingerprint. */
  values: string[] | null;
  component: GroupingNode | null;
}

/** GET /issues/:id/grouping: why the issue's latest event is in it. */
export interface IssueGrouping {
  version: string;
  /** null: no event is stored any more. */
  event_id: string | null;
  variants: GroupingVariant[];
  /** The fingerprint rule that applied, as written. */
  fingerprint_rule: string | null;
  /** Stack trace rules that changed something, as written. */
  rules: string[];
  /** What the issue owns; `latest`: of the latest event. */
  hashes: { hash: string; latest: boolean }[];
}

/** GET and PUT /projects/:p/grouping */
export interface ProjectGrouping {
  version: string;
  versions: string[];
  /** Issues are also found by this version's hashes until then. */
  previous: { version: string; until: string } | null;
  enhancements: string;
  fingerprint_rules: string;
}

export interface RuleProblem {
  field: 'enhancements' | 'fingerprint_rules';
  /** From 1. */
  line: number;
  column: number;
  message: string;
}

/** POST /projects/:p/grouping/preview */
export interface GroupingPreview {
  /** How many of the newest events were looked at. */
  events: number;
  problems: RuleProblem[];
  /** Issues whose events would be in several. */
  split: { issue: PreviewedIssue; into: { title: string; events: number }[] }[];
  /** Issues whose events would be in one. */
  merge: { issues: PreviewedIssue[]; title: string }[];
}

export interface PreviewedIssue {
  id: string;
  title: string;
  events: number;
}

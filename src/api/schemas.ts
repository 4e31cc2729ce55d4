/** zod of the bodies in protocol/rest.ts: what the OpenAPI document says and what the compiler holds handlers to. */
import { z } from '@hono/zod-openapi';
import { LEVELS, type Json } from '../event.ts';
import { INTERVALS, type GroupingNode } from '../protocol/rest.ts';
import type { Scope } from '../viewer.ts';
import { ISSUE_SORTS } from './api-deps.ts';

export const levelSchema = z.enum(LEVELS);
export const statusSchema = z.enum(['unresolved', 'resolved', 'archived']);
export const prioritySchema = z.enum(['low', 'medium', 'high']);
export const roleSchema = z.enum(['owner', 'admin', 'member']);
export const scopeSchema = z.enum([
  'stream:read',
  'event:read',
  'issue:write',
  'project:read',
  'project:admin',
  'org:read',
  'org:admin',
  'release:write',
] as const satisfies readonly Scope[]);
const time = z.string().openapi({ format: 'date-time' });

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      hint: z.string(),
      path: z.string().optional(),
      column: z.number().int().optional(),
    }),
  })
  .openapi('Error');

export const commandResultSchema = z
  .object({ status: z.literal('ok'), affected: z.number().int() })
  .openapi('CommandResult');

const count = z.number().int().min(1).max(1_000_000_000);
const release = z.string().trim().min(1).max(250);
const issueUntilSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('in_release'), release }),
  z.object({ kind: z.literal('next_release'), after: z.string().nullable() }),
  z.object({ kind: z.literal('escalating') }),
  z.object({ kind: z.enum(['events', 'users']), count }),
  z.object({ kind: z.literal('date'), date: time }),
]);
/** What a person may ask for. */
export const untilRequestSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('in_release'), release }),
    z.object({ kind: z.literal('next_release') }),
    z.object({ kind: z.literal('escalating') }),
    z.object({ kind: z.enum(['events', 'users']), count }),
    z.object({ kind: z.literal('date'), date: z.iso.datetime() }),
  ])
  .openapi('UntilRequest', {
    description:
      'What ends the state. Resolved: `in_release`, `next_release`. Archived: `escalating`, `events` or `users` (so many more), `date`.',
  });

export const issueSchema = z
  .object({
    id: z.string(),
    project_id: z.string(),
    rev: z.number().int(),
    title: z.string(),
    culprit: z.string(),
    type: z.string().nullable(),
    value: z.string().nullable(),
    level: levelSchema,
    status: statusSchema,
    priority: prioritySchema,
    platform: z.string(),
    event_count: z.number().int(),
    user_count: z.number().int(),
    first_seen: time,
    last_seen: time,
    first_release: z.string().nullable(),
    last_release: z.string().nullable(),
    last_event_id: z.string().nullable(),
    assigned_to: z.string().nullable(),
    until: issueUntilSchema.nullable().optional(),
    moving: z
      .object({ kind: z.enum(['merge', 'unmerge']), done: z.number().int(), total: z.number().int() })
      .nullable()
      .optional(),
    hours: z.array(z.number().int()).optional(),
  })
  .openapi('Issue');

export const savedSearchSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    query: z.string(),
    sort: z.enum(ISSUE_SORTS),
    visibility: z.enum(['built_in', 'private', 'shared']),
    created_by: z.object({ id: z.string(), name: z.string() }).nullable(),
    editable: z.boolean().openapi({ description: 'May I change and delete it?' }),
  })
  .openapi('SavedSearch');

export const eventSummarySchema = z
  .object({
    id: z.string(),
    issue_id: z.string(),
    title: z.string(),
    culprit: z.string(),
    level: levelSchema,
    environment: z.string().nullable(),
    release: z.string().nullable(),
    user: z.string().nullable(),
    timestamp: time,
    received: time,
  })
  .openapi('EventSummary');

export const eventDetailSchema = eventSummarySchema
  .extend({
    project_id: z.string(),
    first: z.string().nullable(),
    previous: z.string().nullable(),
    next: z.string().nullable(),
    event: z.unknown().openapi({ type: 'object', description: 'The normalised event.' }),
  })
  .openapi('EventDetail');

export const projectSchema = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    platform: z.string().nullable(),
    organization_id: z.string(),
    organization_slug: z.string(),
    created_at: time,
    unresolved: z.number().int(),
    first_event_at: time.nullable(),
  })
  .openapi('Project');

export const projectKeySchema = z
  .object({
    id: z.string(),
    label: z.string(),
    public_key: z.string(),
    dsn: z.string(),
    created_at: time,
    revoked_at: time.nullable(),
  })
  .openapi('ProjectKey');

export const organizationSchema = z
  .object({ id: z.string(), slug: z.string(), name: z.string(), role: roleSchema })
  .openapi('Organization');

export const meSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    is_instance_admin: z.boolean(),
    two_factor: z.boolean(),
    organizations: z.array(organizationSchema),
  })
  .openapi('Me');

export const memberSchema = z
  .object({ user_id: z.string(), email: z.string(), name: z.string(), role: roleSchema })
  .openapi('Member');

export const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role: roleSchema,
    invited_by: z.string().nullable(),
    created_at: time,
    expires_at: time,
  })
  .openapi('Invitation');

export const newInvitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role: roleSchema,
    expires_at: time,
    link: z.string().openapi({ description: 'Shown once.' }),
    mailed: z.boolean(),
  })
  .openapi('NewInvitation');

export const openInvitationSchema = z
  .object({
    email: z.string(),
    role: roleSchema,
    organization: z.object({ slug: z.string(), name: z.string() }),
    has_account: z.boolean(),
    expires_at: time,
  })
  .openapi('OpenInvitation');

export const sessionSchema = z
  .object({
    id: z.string(),
    created_at: time,
    expires_at: time,
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    current: z.boolean(),
  })
  .openapi('Session');

export const instanceUserSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    is_instance_admin: z.boolean(),
    created_at: time,
  })
  .openapi('InstanceUser');

export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: time,
    organization_id: z.string().nullable(),
    actor: z.object({ id: z.string(), email: z.string() }).nullable(),
    token_id: z.string().nullable(),
    ip: z.string().nullable(),
    action: z.string(),
    target: z.string().nullable(),
    data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .openapi('AuditEntry');

export const apiTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    created_at: time,
    last_used_at: time.nullable(),
    expires_at: time.nullable(),
  })
  .openapi('ApiToken');

export const newApiTokenSchema = apiTokenSchema
  .extend({ token: z.string().openapi({ description: 'Shown once.' }) })
  .openapi('NewApiToken');

export const newStreamTokenSchema = z
  .object({
    token: z.string().openapi({ description: 'Shown once; good for one connection.' }),
    expires_at: time,
    projects: z.array(z.string()),
  })
  .openapi('NewStreamToken');

export const setupStateSchema = z
  .object({
    instance_url: z.string(),
    project: z.object({ id: z.string(), slug: z.string(), dsn: z.string() }),
  })
  .openapi('SetupState');

export const activitySchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    by: z.object({ id: z.string(), email: z.string(), name: z.string() }).nullable(),
    at: time,
    data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .openapi('Activity');

const events = z.number().int();
const nameOrNone = z.string().nullable();
export const intervalSchema = z.enum(INTERVALS);
export const timelineSchema = z
  .object({
    interval: intervalSchema,
    time_zone: z.string(),
    starts: z.array(time),
    events: z.array(events),
  })
  .openapi('Timeline');
export const dimensionSchema = z.enum(['level', 'environment', 'release']);
export const volumeSchema = z
  .object({
    interval: intervalSchema,
    time_zone: z.string(),
    starts: z.array(time),
    total: z.array(events),
    by: dimensionSchema,
    series: z.array(z.object({ name: nameOrNone, sum: events, events: z.array(events) })),
  })
  .openapi('Volume');
export const namedSumSchema = z.object({ name: nameOrNone, events }).openapi('NamedSum');
export const releaseSumSchema = z
  .object({ release: z.string(), first_seen: time.nullable(), events })
  .openapi('ReleaseSum');
export const topIssueSchema = issueSchema.extend({ events }).openapi('TopIssue');
export const tagSumsSchema = z
  .object({ key: z.string(), events, values: z.array(z.object({ value: z.string(), events })) })
  .openapi('TagSums');
export const healthSchema = z
  .object({
    errors_per_minute: z.object({ now: z.number(), median: z.number() }),
    crash_free_sessions: z.number().nullable(),
    share_dropped: z.number().nullable(),
    new_unresolved_today: z.number().int(),
    last_event_at: time.nullable(),
    last_event_age: z.number().nullable(),
  })
  .openapi('Health');

export const outcomeRowSchema = z
  .object({
    outcome: z.string(),
    reason: z.string(),
    category: z.string(),
    quantity: z.number().int(),
  })
  .openapi('OutcomeRow');

export const attachmentSchema = z
  .object({
    id: z.string(),
    event_id: z.string(),
    name: z.string(),
    content_type: z.string(),
    kind: z.string(),
    size: z.number().int(),
    received: time,
  })
  .openapi('Attachment');

export const feedbackSchema = z
  .object({
    id: z.string(),
    event_id: z.string().nullable(),
    source: z.string(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    message: z.string(),
    url: z.string().nullable(),
    environment: z.string().nullable(),
    release: z.string().nullable(),
    received: time,
  })
  .openapi('Feedback');

export const releaseHealthSchema = z
  .object({
    release: z.string(),
    environment: z.string().nullable(),
    sessions: z.number().int(),
    errored: z.number().int(),
    unhandled: z.number().int(),
    crashed: z.number().int(),
    abnormal: z.number().int(),
    crash_free: z.number().nullable(),
  })
  .openapi('ReleaseHealth');

export const monitorSchema = z
  .object({
    slug: z.string(),
    config: z.custom<{ [key: string]: Json }>().openapi({ type: 'object' }),
    created_at: time,
    last_status: z.string().nullable(),
    last_check_in_at: time.nullable(),
  })
  .openapi('Monitor');

export const checkInSchema = z
  .object({
    id: z.string(),
    status: z.string(),
    environment: z.string().nullable(),
    release: z.string().nullable(),
    started_at: time,
    updated_at: time,
    duration_ms: z.number().int().nullable(),
  })
  .openapi('CheckIn');

export const tagSchema = z
  .object({
    key: z.string(),
    values: z.array(z.object({ value: z.string(), count: z.number().int() })),
    other: z.number().int().openapi({ description: 'Events with the key and another value.' }),
  })
  .openapi('Tag');

export const similarIssueSchema = z
  .object({
    issue: issueSchema,
    shared_frames: z.number().int(),
    frames: z.number().int().openapi({ description: 'Of the shorter stack.' }),
  })
  .openapi('SimilarIssue');

/** Recursive: the compiler is held to it by `GroupingNode`. */
const groupingNodeSchema: z.ZodType<GroupingNode> = z
  .object({
    id: z.string(),
    contributes: z.boolean(),
    hint: z.string().nullable(),
    values: z.array(z.union([z.string(), z.lazy(() => groupingNodeSchema)])),
  })
  .openapi('GroupingNode', {
    type: 'object',
    description: 'A value that may make a hash, or what holds such values.',
  });

export const issueGroupingSchema = z
  .object({
    version: z.string(),
    event_id: z.string().nullable(),
    variants: z.array(
      z.object({
        name: z.string(),
        hash: z.string().nullable(),
        values: z.array(z.string()).nullable(),
        component: groupingNodeSchema.nullable(),
      }),
    ),
    fingerprint_rule: z.string().nullable(),
    rules: z.array(z.string()),
    hashes: z.array(z.object({ hash: z.string(), latest: z.boolean() })),
  })
  .openapi('IssueGrouping');

export const projectGroupingSchema = z
  .object({
    version: z.string(),
    versions: z.array(z.string()),
    previous: z.object({ version: z.string(), until: time }).nullable(),
    enhancements: z.string(),
    fingerprint_rules: z.string(),
  })
  .openapi('ProjectGrouping');

const previewedIssue = z.object({ id: z.string(), title: z.string(), events: z.number().int() });
export const groupingPreviewSchema = z
  .object({
    events: z.number().int(),
    problems: z.array(
      z.object({
        field: z.enum(['enhancements', 'fingerprint_rules']),
        line: z.number().int(),
        column: z.number().int(),
        message: z.string(),
      }),
    ),
    split: z.array(
      z.object({
        issue: previewedIssue,
        into: z.array(z.object({ title: z.string(), events: z.number().int() })),
      }),
    ),
    merge: z.array(z.object({ issues: z.array(previewedIssue), title: z.string() })),
  })
  .openapi('GroupingPreview');

/**
 * Wires the REST API: commands and reads of the store behind the ports of `api`, and what the first start sets up.
 * Apart from server.ts because it is wide and not on the event's way.
 */
import { createAccountPorts } from './account-ports.ts';
import { createApi, type RestApi } from './api/create-api.ts';
import type { Auth } from './auth/create-auth.ts';
import { baseUrl } from './commands/command.ts';
import type { Config } from './config.ts';
import { dsnOf } from './dsn-of.ts';
import type { SentryEvent } from './event.ts';
import { createGroupingPorts } from './grouping-ports.ts';
import { similarIssues } from './similar-issues.ts';
import { createScrubRules } from './ingest/scrub-rules.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger } from './log.ts';
import { createMailer } from './mail/mailer.ts';
import { toSettings, toStored } from './project-settings.ts';
import type { Change } from './protocol/change.ts';
import type { AccountStore } from './store/accounts.ts';
import type { AttachmentStore } from './store/attachments.ts';
import { pageOfAll } from './store/cursor.ts';
import type { Database } from './store/database.ts';
import { createExporter } from './store/export.ts';
import { createEventReader } from './store/events.ts';
import type { FeedbackStore } from './store/feedback.ts';
import type { InstanceStore } from './store/instance.ts';
import { createIssueCommands } from './store/issue-commands.ts';
import type { IssueReader } from './store/issues.ts';
import type { LogReader } from './store/log-reader.ts';
import type { MonitorStore } from './store/monitors.ts';
import type { Verdict } from './store/new-event.ts';
import { createSavedSearchStore } from './store/saved-searches.ts';
import { toProject, toProjectKey, type ProjectStore } from './store/projects.ts';
import type { ReleaseSessions } from './store/release-sessions.ts';
import { createStoragePorts } from './storage-ports.ts';
import { createStorageReader } from './store/storage-usage.ts';
import { createStatsReader } from './store/stats.ts';
import { createLogPages } from './stream/log-page.ts';
import { testEvent } from './test-event.ts';
import { VERSION } from './version.ts';

export interface ControlPlaneDeps {
  config: Config;
  db: Database;
  accounts: AccountStore;
  projects: ProjectStore;
  instance: InstanceStore;
  issues: IssueReader;
  logs: LogReader;
  attachments: Pick<AttachmentStore, 'list' | 'read'>;
  feedback: Pick<FeedbackStore, 'list'>;
  monitors: Pick<MonitorStore, 'list' | 'listCheckIns'>;
  sessions: Pick<ReleaseSessions, 'list'>;
  auth: Auth;
  accept(event: SentryEvent, origin: { projectId: number; keyId: number }): Promise<Verdict>;
  publish(changes: Change[]): void;
  origins: readonly string[];
  clock: Clock;
  log: Logger;
}

export function createControlPlane(deps: ControlPlaneDeps): RestApi {
  const { accounts, auth, clock, config, db, instance, issues, projects } = deps;
  const events = createEventReader(db);
  const stats = createStatsReader({ db, clock });
  const commands = createIssueCommands({ db, clock, onCommitted: deps.publish });
  const url = baseUrl(config);
  const singleSignOn = config.oidcIssuer === undefined ? null : config.oidcName;
  const mailer = createMailer({ smtpUrl: config.smtpUrl, from: config.mailFrom, log: deps.log });
  const dsn = (publicKey: string, projectId: number) => dsnOf(url, publicKey, projectId);

  return createApi({
    version: VERSION,
    originAllowed: (origin) => deps.origins.includes(origin),
    auth,
    accounts,
    ...createAccountPorts({ db, auth, url, mailer, singleSignOn, clock, log: deps.log }),
    setup: {
      required: async () => (await instance.countUsers()) === 0,
      async check(token) {
        if (!(await instance.checkSetupToken(token, clock.now()))) return null;
        const project = await projects.oldestProject();
        const key =
          project && (await projects.listKeys(project.id)).find((candidate) => candidate.revokedAt === null);
        if (!project || !key) return null;
        return {
          instance_url: url,
          project: { id: String(project.id), slug: project.slug, dsn: dsn(key.publicKey, project.id) },
        };
      },
      async redeem(token, request, ip) {
        // Checked first, so that nobody without the link can make the server hash passwords.
        if (!(await instance.checkSetupToken(token, clock.now()))) return { kind: 'invalid_link' };
        const prepared = await auth.prepareUser(request);
        if (prepared.kind === 'invalid') return prepared;
        const { user } = prepared;
        const by = { userId: user.id, email: user.email, ip };
        const redeemed = await instance.redeemSetupToken(
          token,
          (tx) => accounts.insertFirstUser(tx, user, { organizationName: request.organization, by }),
          clock.now(),
        );
        return redeemed.kind === 'done' ? { kind: 'done' } : { kind: 'invalid_link' };
      },
    },
    projects: {
      async list(organizationIds, request) {
        const { items, next } = await projects.listProjects(organizationIds, request);
        return { items: items.map(toProject), next };
      },
      get: async (idOrSlug) => orNull(await projects.getProject(idOrSlug), toProject),
      create: async (o) => toProject((await projects.createProject(o)).project),
      update: async (id, change, by) => orNull(await projects.updateProject(id, change, by), toProject),
      remove: (id, by) => projects.deleteProject(id, by),
      getSettings: async (id) => orNull(await projects.getProject(id), (found) => toSettings(found.settings)),
      async updateSettings(id, patch, by) {
        const before = await projects.getProject(id);
        const change = before && toStored(before.settings, patch);
        // Only what is named: how the project groups is saved elsewhere and stays.
        return (
          change && orNull(await projects.saveSettings(id, change, by), (now) => toSettings(now.settings))
        );
      },
      scrub: (event, { keys, ip_addresses: ipAddresses }) =>
        createScrubRules({ ...(keys && { keys }), ...(ipAddresses && { ipAddresses }) })?.(event) ?? [],
      async listKeys(projectId, request) {
        const keys = await projects.listKeys(projectId);
        const { items, next } = pageOfAll(keys, 'keys', request, ({ id }) => [id]);
        return { items: items.map((key) => toProjectKey(key, dsn)), next };
      },
      createKey: async (projectId, label, by) =>
        toProjectKey(await projects.createKey(projectId, label, by), dsn),
      revokeKey: (projectId, keyId, by) => projects.revokeKey(projectId, keyId, by),
    },
    issues: {
      list: (request) => issues.listIssues(request),
      get: (id) => issues.getIssue(id),
      projectOf: (id) => issues.getIssueProject(id),
      mergedInto: (id) => issues.mergedInto(id),
      events: (id, request) => events.listIssueEvents(id, request),
      timeline: (id, range) => issues.issueTimeline(id, range),
      activity: (id, request) => issues.issueActivity(id, request),
      tags: (id) => issues.issueTags(id),
      similar: (id) => similarIssues(issues, id),
      tellApart: commands.tellApart,
      setStatus: (ids, status, by, until) =>
        commands.setStatus(
          ids,
          status,
          by,
          until?.kind === 'date' ? { kind: 'date', until: Date.parse(until.date) } : until,
        ),
      comment: commands.comment,
      merge: commands.merge,
      unmerge: commands.unmerge,
      assign: commands.assign,
      setPriority: commands.setPriority,
      discard: commands.discard,
      remove: commands.remove,
    },
    savedSearches: createSavedSearchStore(db),
    grouping: createGroupingPorts({
      projects,
      issues,
      events,
      now: clock.now,
      pause: () => new Promise((resolve) => setImmediate(resolve)),
    }),
    events: {
      list: (projectId, request) => events.listProjectEvents(projectId, request),
      get: (projectId, eventId) => events.getEvent(projectId, eventId),
      wasStored: events.wasStored,
    },
    exports: createExporter({ db, issues }),
    attachments: deps.attachments,
    feedback: deps.feedback,
    monitors: deps.monitors,
    stats: {
      releases: (projectId, range) => deps.sessions.list(projectId, range),
      volume: stats.volume,
      sums: stats.sums,
      releaseSums: stats.releaseSums,
      topIssues: stats.topIssues,
      tags: stats.tags,
      health: stats.health,
      outcomes: (projectId, range) => stats.outcomeRows(projectId, range),
    },
    storage: createStoragePorts({ config, projects, storage: createStorageReader({ db, clock }) }),
    readMessages: createLogPages(deps.logs),
    async sendTestEvent(projectId) {
      const key = (await projects.listKeys(projectId)).find((candidate) => candidate.revokedAt === null);
      const event = testEvent(clock.now());
      const verdict = await deps.accept(event, { projectId, keyId: key?.id ?? 0 });
      if (verdict.kind !== 'stored') throw new Error(`the test event was not stored: ${verdict.kind}`);
      return { eventId: event.event_id };
    },
    clock,
    log: deps.log,
  });
}

function orNull<T, U>(value: T | null, map: (value: T) => U): U | null {
  return value === null ? null : map(value);
}

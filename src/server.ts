/**
 * The composition root: the only file that knows all stages, read top to bottom in the order of the flow.
 * In: the settings. Out: a running server, or null when it was told to stop while it started.
 */
import { getRequestListener } from '@hono/node-server';
import type { IncomingMessage } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createAutoJoin, singleSignOnOf } from './auto-join.ts';
import { createAuth } from './auth/create-auth.ts';
import { baseUrl } from './commands/command.ts';
import type { StartFacts } from './commands/start-banner.ts';
import type { Config } from './config.ts';
import { createControlPlane } from './control-plane.ts';
import { dsnOf } from './dsn-of.ts';
import { firstRun } from './first-run.ts';

import { allowedOrigins, createOriginCheck } from './http/allowed-origins.ts';
import { createClientIp } from './http/client-ip.ts';
import { createIngestSocket } from './http/ingest-socket.ts';
import { createListener, type HttpRoute, type UpgradeRoute } from './http/listener.ts';
import { createProbes } from './http/probes.ts';
import { setSecurityHeaders } from './http/security-headers.ts';
import { loadWebFiles } from './http/web-files.ts';
import { createIngest } from './ingest/create-ingest.ts';
import { LIMITS } from './ingest/limits.ts';
import { instanceSecret } from './instance-secret.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import { createSingleFlightCache } from './lib/single-flight-cache.ts';
import { createSupervisor, type Part } from './lib/supervisor.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { openPostgres } from './open-postgres.ts';
import { createDigestPool, digestThreads } from './digest-pool.ts';
import { createPipeline } from './pipeline.ts';
import { createReadiness } from './readiness.ts';
import type { Change } from './protocol/change.ts';
import { createMemoryBus } from './publish/memory-bus.ts';
import { createAccountStore } from './store/accounts.ts';
import { createAttachmentStore } from './store/attachments.ts';
import { createBatchWriter } from './store/batch-writer.ts';
import { createCredentialStore } from './store/credentials.ts';
import { createConfigWatcher } from './store/config-changes.ts';
import { createFeedbackStore } from './store/feedback.ts';
import { createInstanceStore } from './store/instance.ts';
import { createIssueMoves } from './store/issue-moves.ts';
import { createIssueReader } from './store/issues.ts';
import { createIssueTimers } from './store/issue-timers.ts';
import { createLogReader } from './store/log-reader.ts';
import { createMonitorStore } from './store/monitors.ts';
import { createOutcomeCounter } from './store/outcome-counter.ts';
import { createPartitionUpkeep } from './store/partition-upkeep.ts';
import { createCountUpkeep } from './store/count-upkeep.ts';
import { ensurePartitions } from './store/partitions.ts';
import { createProjectStore } from './store/projects.ts';
import { createStatsReader } from './store/stats.ts';
import { createRetentionJob } from './store/retention-job.ts';
import { createReleaseSessions } from './store/release-sessions.ts';
import { createTagRollUp } from './store/tag-roll-up.ts';
import { createStreamTokenStore } from './store/stream-tokens.ts';
import { createStream } from './stream/stream.ts';
import { forKind } from './protocol/filter-canonical.ts';
import { updateSchema } from './update-schema.ts';

export interface RunningServer {
  facts: StartFacts;
  stop(): Promise<void>;
}

const DRAIN_MS = 8_000;
/** Advisory lock of the first run: any number, as long as nothing else uses it. */
const FIRST_RUN_LOCK = 7_001;

export async function startServer(
  config: Config,
  log: Logger,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<RunningServer | null> {
  const startedAt = clock.monotonic();
  const metrics = createMetrics();
  const origins = allowedOrigins(config);
  const clientIp = createClientIp(config.trustProxy);

  // Store: the database, its schema and what reads and writes it.
  const postgres = await openPostgres(config, log);
  try {
    const { db } = postgres;
    await updateSchema(postgres, config, log);
    await ensurePartitions(db, clock.now());
    const accounts = createAccountStore(db);
    const projects = createProjectStore(db);
    const instance = createInstanceStore(db);
    const logs = createLogReader(db);
    const issues = createIssueReader({ db, clock });
    const outcomes = createOutcomeCounter({ db, clock, log });
    const attachments = createAttachmentStore({
      db,
      clock,
      log,
      budgetBytes: config.attachmentBudgetMb * 1024 * 1024,
    });
    const feedback = createFeedbackStore(db);
    const monitors = createMonitorStore(db);
    const stats = createStatsReader({ db, clock });
    const sessions = createReleaseSessions({ db, clock, log });
    const configChanges = createConfigWatcher({ db, url: postgres.url, clock, log });

    // Auth: who may.
    const auth = createAuth({
      pool: db.pool,
      baseUrl: baseUrl(config),
      trustedOrigins: origins,
      secret: instanceSecret(config),
      secureCookies: config.secureCookies ?? baseUrl(config).startsWith('https:'),
      log,
      clock,
      loadMemberships: (userId) => accounts.loadMemberships(userId),
      insertUser: (user) => accounts.insertUser(user),
      streamTokens: createStreamTokenStore(db),
      credentials: createCredentialStore(db),
      singleSignOn: singleSignOnOf(config),
      onJoined: createAutoJoin({ db, accounts, organization: config.oidcOrganization }),
    });
    const keys = createSingleFlightCache({
      load: projects.lookupKey,
      maxEntries: 10_000,
      ttlMs: 60_000,
      clock,
    });
    const projectRefs = createSingleFlightCache({
      load: projects.getProject,
      maxEntries: 10_000,
      ttlMs: 60_000,
      clock,
    });
    // First the caches forget, then the streams are told: who asks again gets the new answer.
    configChanges.onChange((change) => {
      auth.invalidate(change);
      if (change.kind === 'project' || change.kind === 'project_key' || change.kind === 'settings') {
        keys.clear();
        projectRefs.clear();
      }
    });

    // The flow: ingest → group → commit → publish → stream.
    const bus = createMemoryBus();
    const publish = (changes: Change[]) => bus.publish(changes);
    const writer = createBatchWriter({
      db,
      clock,
      log,
      metrics,
      maxEvents: config.writerMaxEvents,
      maxBytes: config.writerMaxBytes,
      onCommitted: publish,
    });
    const issueTimers = createIssueTimers({ db, clock, log, onCommitted: publish });
    const issueMoves = createIssueMoves({ db, clock, log, onCommitted: publish });
    const tagRollUp = createTagRollUp({ db, clock, log });
    const pool = createDigestPool({
      threads: config.digestThreads ?? digestThreads(availableParallelism()),
      maxEvents: config.writerMaxEvents,
      maxBytes: config.writerMaxBytes,
    });
    const pipeline = createPipeline({
      digest: pool.digest,
      settingsOf: async (id) => (await projectRefs.get(String(id)))?.settings ?? null,
      commit: writer.submit,
      metrics,
    });
    const readiness = createReadiness({
      db,
      clock,
      hasDiskRoom: postgres.hasDiskRoom,
      poolIsFull: pool.isFull,
      writer,
    });
    const ingest = createIngest({
      lookupKey: async (publicKey) => {
        const found = await keys.get(publicKey);
        if (!found) return { kind: 'unknown' };
        if (found.revoked) return { kind: 'revoked' };
        return {
          kind: 'active',
          keyId: found.keyId,
          projectId: found.projectId,
          projectSlug: found.projectSlug,
          rateLimit: found.settings.rateLimit ?? null,
          allowedOrigins: found.settings.allowedOrigins ?? null,
          spikeProtection: found.settings.spikeProtection ?? false,
          attachmentBudgetBytes: found.settings.attachmentBudgetBytes ?? null,
        };
      },
      resolveProjectId: async (idOrSlug) => (await projectRefs.get(idOrSlug))?.id ?? null,
      admit: readiness.admit,
      accept: pipeline.accept,
      acceptPayload: pipeline.acceptPayload,
      items: {
        attachments,
        saveFeedback: feedback.save,
        countSessions: sessions.count,
        saveCheckIn: monitors.save,
      },
      loadSameHours: stats.sameHours,
      countOutcome: (outcome) => outcomes.count(outcome),
      rateLimit: config.rateLimit,
      clientIp,
      clock,
      log,
      metrics,
    });
    const stream = createStream({
      resolveProject: (idOrSlug) => projectRefs.get(idOrSlug),
      authenticate: (headers) => auth.authenticate(headers),
      authenticateToken: (token) => auth.authenticateToken(token),
      redeemStreamToken: (token, use) => auth.redeemStreamToken(token, use),
      mayRead: (viewer, project) =>
        viewer.organizations.has(project.organizationId) &&
        (viewer.scopes === 'all' || viewer.scopes.has('stream:read')) &&
        (viewer.projects === undefined || viewer.projects.has(project.id)),
      originAllowed: createOriginCheck(origins),
      readLog: logs.readLog,
      readHead: logs.readHead,
      listSnapshotIssues: async (projectId, filter, limit) =>
        (
          await issues.listIssues({
            projectId,
            filter: forKind(filter, 'issue'),
            limit,
          })
        ).items,
      readIssueStats: issues.issueStats,
      subscribeBus: bus.subscribe,
      onConfigChange: configChanges.onChange,
      hearsChanges: configChanges.healthy,
      clock,
      log,
      metrics,
    });

    // Commands and reads over REST, and the web.
    const api = createControlPlane({
      config,
      db,
      accounts,
      projects,
      instance,
      issues,
      logs,
      attachments,
      feedback,
      monitors,
      sessions,
      auth,
      accept: pipeline.acceptOwn,
      publish,
      origins,
      clock,
      log,
    });
    const first = await firstRun(config, {
      accounts,
      projects,
      instance,
      prepareUser: auth.prepareUser,
      inTransaction: db.transaction,
      exclusively: (fn) => db.exclusively(FIRST_RUN_LOCK, fn),
      nowMs: clock.now(),
      log,
    });
    const web = loadWebFiles(join(import.meta.dirname, '../dist/web'));

    let draining = false;
    const rest = getRequestListener(
      (request, env) => api.fetch(request, { ip: clientIp((env as { incoming: IncomingMessage }).incoming) }),
      {
        overrideGlobalObjects: false,
      },
    );
    const https = baseUrl(config).startsWith('https:');
    const routes: HttpRoute[] = [
      {
        name: 'ingest',
        matches: (path) => ingest.matches(path),
        handle: (req, res, url) => ingest.handle(req, res, url),
      },
      createProbes({
        readiness: () => readiness.report(supervisor, draining),
        metrics: async () => ({ type: metrics.registry.contentType, body: await metrics.registry.metrics() }),
        metricsToken: config.metricsToken ?? null,
        published: config.url !== undefined,
      }),
      {
        name: 'stream',
        matches: (path) => stream.matches(path),
        handle: (req, res, url) => stream.handleHttp(req, res, url),
      },
      {
        name: 'rest',
        matches: (path) => path.startsWith('/api/'),
        handle(req, res) {
          setSecurityHeaders(res, { https });
          return rest(req, res);
        },
      },
      {
        name: 'web',
        matches: () => true,
        handle(req, res, url) {
          setSecurityHeaders(res, { https });
          web(req, res, url.pathname);
        },
      },
    ];
    const ingestSocket = createIngestSocket({
      path: '/ingest',
      maxMessageBytes: LIMITS.socketMessageBytes,
      serve: (ws, req) => ingest.handleSocket(ws, req),
    });
    const upgrades: UpgradeRoute[] = [
      {
        name: 'stream',
        matches: (path) => stream.matches(path),
        handle: (req, socket, head, url) => stream.handleUpgrade(req, socket, head, url),
      },
      ingestSocket,
    ];
    const listener = createListener({ host: config.host, port: config.port, routes, upgrades, log });
    const sockets =
      config.wsPort === undefined
        ? null
        : createListener({ host: config.host, port: config.wsPort, routes: [], upgrades, log });

    // What has a life, started in this order and stopped in reverse.
    const upkeep = createPartitionUpkeep({ db, clock, log });
    const countUpkeep = createCountUpkeep({ db, clock, log });
    const retention = createRetentionJob({
      db,
      clock,
      log,
      metrics,
      defaultDays: config.retentionDays,
      logDays: config.logDays,
      budgetBytes: config.diskBudget ?? null,
    });
    const parts: Part[] = [
      { name: 'database', start: async () => undefined, stop: () => postgres.close(), stopTimeoutMs: 45_000 },
      { name: 'config-changes', start: () => configChanges.start(), stop: () => configChanges.stop() },
      { name: 'outcomes', start: async () => undefined, stop: () => outcomes.stop() },
      { name: 'sessions', start: async () => undefined, stop: () => sessions.stop() },
      { name: 'attachments', start: () => attachments.start(), stop: async () => attachments.stop() },
      { name: 'partitions', start: upkeep.start, stop: upkeep.stop },
      { name: 'count-upkeep', start: countUpkeep.start, stop: countUpkeep.stop },
      { name: 'retention', start: retention.start, stop: retention.stop },
      { name: 'issue-timers', start: () => issueTimers.start(), stop: () => issueTimers.stop() },
      { name: 'issue-moves', start: issueMoves.start, stop: issueMoves.stop },
      { name: 'tags', start: tagRollUp.start, stop: tagRollUp.stop },
      { name: 'writer', start: async () => undefined, stop: () => writer.stop() },
      { name: 'digest', start: pool.start, stop: pool.stop, onFailure: pool.onFailure },
      {
        name: 'listener',
        start: async () => {
          await listener.listen();
          await sockets?.listen();
        },
        stop: async () => {
          ingestSocket.close();
          await Promise.all([stream.drain(), listener.drain(DRAIN_MS), sockets?.drain(DRAIN_MS)]);
        },
        stopTimeoutMs: DRAIN_MS + 2_000,
      },
    ];
    let started = false;
    const supervisor = createSupervisor(parts, {
      clock,
      onState: (part, state, error) => {
        if (state === 'backoff') metrics.partRestarts.inc({ part });
        // What fails while starting is told by the command that started us.
        if (state === 'backoff' || (state === 'failed' && started))
          log.error({ part, state, err: error }, 'part failed');
        else log.debug({ part, state }, 'part');
      },
    });
    await supervisor.start();
    started = true;
    const stop = async () => {
      draining = true;
      await supervisor.stop();
    };
    if (signal.aborted) {
      await stop();
      return null;
    }
    log.info({ host: config.host, port: config.port }, 'listening');
    const url = baseUrl(config);
    return {
      facts: {
        url,
        startedInMs: clock.monotonic() - startedAt,
        setupUrl: first.setupToken === null ? null : `${url}/setup/${first.setupToken}`,
        dsn: first.project === null ? null : dsnOf(url, first.project.publicKey, first.project.id),
      },
      stop,
    };
  } catch (error) {
    await postgres.close().catch(() => undefined);
    throw error;
  }
}

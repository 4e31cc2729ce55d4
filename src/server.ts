/**
 * The composition root: the only file that knows all stages, read top to bottom in the order of the flow.
 * In: the settings. Out: a running server, or null when it was told to stop while it started.
 */
import { getRequestListener } from '@hono/node-server';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createApi } from './api/api.ts';
import { createAuth } from './auth/auth.ts';
import { baseUrl } from './commands/command.ts';
import type { StartFacts } from './commands/start-banner.ts';
import type { Config } from './config.ts';
import { dsnOf } from './dsn-of.ts';
import { firstRun } from './first-run.ts';
import { groupEvent } from './group/group-event.ts';
import { createClientIp } from './http/client-ip.ts';
import { createListener } from './http/listener.ts';
import { createProbes } from './http/probes.ts';
import { setSecurityHeaders } from './http/security-headers.ts';
import { loadWebFiles } from './http/web-files.ts';
import { createIngest } from './ingest/ingest.ts';
import { instanceSecret } from './instance-secret.ts';
import { systemClock as clock } from './lib/clock.ts';
import { createSingleFlightCache } from './lib/single-flight-cache.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createPipeline } from './pipeline.ts';
import { createMemoryBus } from './publish/memory-bus.ts';
import { createAccountStore } from './store/accounts.ts';
import { createBatchWriter } from './store/batch-writer.ts';
import { createConfigWatcher } from './store/config-changes.ts';
import { createDatabase } from './store/database.ts';
import { startEmbeddedPostgres } from './store/embedded/embedded-postgres.ts';
import { createEventReader } from './store/events.ts';
import { createInstanceStore } from './store/instance.ts';
import { createIssueCommands } from './store/issue-commands.ts';
import { createIssueReader } from './store/issues.ts';
import { createLogReader } from './store/log-reader.ts';
import { migrate } from './store/migrate.ts';
import { createOutcomeCounter } from './store/outcome-counter.ts';
import { dropOldLogPartitions, ensurePartitions } from './store/partitions.ts';
import { createProjectStore } from './store/projects.ts';
import { createStats } from './store/stats.ts';
import { createStream } from './stream/stream.ts';

export interface RunningServer {
  facts: StartFacts;
  stop(): Promise<void>;
}

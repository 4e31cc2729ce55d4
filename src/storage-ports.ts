/** What the disk holds, as REST says it: of one project, and of the whole instance against its budget. */
import type { StoragePorts } from './api/api-deps.ts';
import type { Config } from './config.ts';
import type { ProjectStorage } from './protocol/rest-storage.ts';
import { budgetState } from './store/disk-budget.ts';
import type { ProjectStore } from './store/projects.ts';
import type { ProjectStorage as Stored, StorageReader } from './store/storage-usage.ts';

export function createStoragePorts(o: {
  config: Pick<Config, 'diskBudget' | 'retentionDays'>;
  projects: ProjectStore;
  storage: StorageReader;
}): StoragePorts {
  const budgetBytes = o.config.diskBudget ?? null;

  return {
    async ofProject(id) {
      const project = await o.projects.getProject(id);
      if (!project) return null;
      const { measuredAt, projects } = await o.storage.usage();
      return {
        measured: new Date(measuredAt).toISOString(),
        retention_days: project.settings.retentionDays ?? o.config.retentionDays,
        attachment_budget_bytes: project.settings.attachmentBudgetBytes ?? null,
        ...bodyOf(projects.get(id)),
      };
    },
    async ofInstance() {
      const usage = await o.storage.usage();
      const usedBytes = usage.databaseBytes + (usage.walBytes ?? 0);
      return {
        measured: new Date(usage.measuredAt).toISOString(),
        database_bytes: usage.databaseBytes,
        wal_bytes: usage.walBytes,
        other_bytes: usage.otherBytes,
        budget_bytes: budgetBytes,
        budget_state: budgetState(usedBytes, budgetBytes),
        projects: (await o.projects.listAllProjects()).map(({ id, slug, name }) => ({
          id: String(id),
          slug,
          name,
          ...bodyOf(usage.projects.get(id)),
        })),
      };
    },
  };
}

type Body = Omit<ProjectStorage, 'measured' | 'retention_days' | 'attachment_budget_bytes'>;

function bodyOf(stored: Stored | undefined): Body {
  const none = { count: 0, bytes: 0 };
  const { events, attachments = none, log = none } = stored ?? {};
  return {
    bytes: (events?.bytes ?? 0) + attachments.bytes + log.bytes,
    events: { count: events?.count ?? 0, bytes: events?.bytes ?? 0, oldest_day: events?.oldestDay ?? null },
    attachments,
    log,
  };
}

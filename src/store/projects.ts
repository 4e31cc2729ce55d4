/** Projects and their DSN keys. Every project is born with a log head and one key. */
import { randomBytes } from 'node:crypto';
import type { Page, Project, ProjectKey } from '../protocol/rest.ts';
import type { Actor, ProjectRef } from '../viewer.ts';
import { writeAudit, type NewAuditEntry } from './audit.ts';
import { cursorNumber, decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database, Queryable } from './database.ts';
import { isoTime, isoTimeOrNull } from './issue-state.ts';
import { freeSlug } from './slug.ts';
import { deleteProject, deleteProjectRows } from './sql/delete-project.ts';
import { insertKey } from './sql/insert-key.ts';
import { insertProject } from './sql/insert-project.ts';
import { lookupKey } from './sql/lookup-key.ts';
import { mergeProjectSettings } from './sql/merge-project-settings.ts';
import { revokeKey } from './sql/revoke-key.ts';
import { selectKeys, type KeyRow } from './sql/select-keys.ts';
import {
  selectAllProjects,
  selectProject,
  selectProjectsOf,
  type ProjectRow,
} from './sql/select-projects.ts';
import { updateProject } from './sql/update-project.ts';

export interface ProjectSettings {
  /** Events per second of one key; absent = the instance's default. */
  rateLimit?: number | null;
  /** Absent = any. */
  allowedOrigins?: string[] | null;
  /** Absent = `v1`: the project is older than the setting. */
  groupingVersion?: string | null;
  /** The version before, by whose hashes issues are still found; `until` in epoch ms. */
  previousGrouping?: { version: string; until: number } | null;
  /** The project's stack trace rules and fingerprint rules, as written. */
  enhancements?: string | null;
  fingerprintRules?: string | null;
  /** 0 to 1: the share of events that is kept. */
  sampleRate?: number | null;
  filters?: {
    browserExtensions?: boolean;
    legacyBrowsers?: boolean;
    localhost?: boolean;
    healthChecks?: boolean;
    messages?: string[];
    releases?: string[];
    environments?: string[];
  };
  scrub?: { keys?: string[]; ipAddresses?: boolean };
  /** Beyond the usual rate events are counted without their payload. */
  spikeProtection?: boolean;
  /** Absent = the instance's default. */
  retentionDays?: number | null;
  /** Bytes of attachments, beside the instance's budget; absent = none of its own. */
  attachmentBudgetBytes?: number | null;
}

/** What a new project starts with. */
const NEW_PROJECT: ProjectSettings = { groupingVersion: 'v2' };

export interface StoredProject extends ProjectRef {
  organizationSlug: string;
  platform: string | null;
  settings: ProjectSettings;
  /** Epoch ms. */
  createdAt: number;
  firstEventAt: number | null;
  unresolved: number;
}

export interface StoredKey {
  id: number;
  projectId: number;
  publicKey: string;
  label: string;
  /** Epoch ms. */
  createdAt: number;
  revokedAt: number | null;
}

/** What ingestion needs to know of a key; a revoked one is told apart from an unknown one. */
export type FoundKey = {
  keyId: number;
  projectId: number;
  projectSlug: string;
  organizationId: string;
  settings: ProjectSettings;
  revoked: boolean;
} | null;

/** `by`: who changes it, for the audit log; absent: the instance itself, which leaves no entry. */
export interface ProjectStore {
  /** Of the whole instance, by id: for the command line. */
  listAllProjects: () => Promise<StoredProject[]>;
  oldestProject: () => Promise<StoredProject | null>;
  /** Of these organizations, by name. */
  listProjects: (
    organizationIds: readonly string[],
    request: { cursor?: string; limit: number },
  ) => Promise<Page<StoredProject>>;
  /** A slug has at least one letter, so digits are an id. */
  getProject: (idOrSlug: string | number) => Promise<StoredProject | null>;
  createProject: (o: {
    organizationId: string;
    name: string;
    platform?: string | null;
    slug?: string;
    by?: Actor;
  }) => Promise<{ project: StoredProject; key: StoredKey }>;
  updateProject: (
    id: number,
    change: { name?: string; platform?: string | null; slug?: string; settings?: ProjectSettings },
    by?: Actor,
  ) => Promise<StoredProject | null>;
  /** Changes the named settings and leaves the others; null removes one. */
  saveSettings: (id: number, change: ProjectSettings, by?: Actor) => Promise<StoredProject | null>;
  /** Removes the project with its issues and events. */
  deleteProject: (id: number, by?: Actor) => Promise<boolean>;
  listKeys: (projectId: number) => Promise<StoredKey[]>;
  createKey: (projectId: number, label: string, by?: Actor) => Promise<StoredKey>;
  revokeKey: (projectId: number, keyId: number, by?: Actor) => Promise<boolean>;
  lookupKey: (publicKey: string) => Promise<FoundKey>;
}

export function createProjectStore(db: Database): ProjectStore {
  return {
    async listProjects(organizationIds, { cursor, limit }) {
      const at = decodeCursor('projects', cursor, 2);
      const after = at && { name: String(at[0]), id: cursorNumber(at[1]) };
      const rows = await selectProjectsOf<ProjectSettings>(db, organizationIds, { after, limit: limit + 1 });
      return pageOf(rows, limit, projectOf, ({ name, id }) => encodeCursor('projects', [name, id]));
    },
    async listAllProjects() {
      return (await selectAllProjects<ProjectSettings>(db)).map(projectOf);
    },
    async oldestProject() {
      const [row] = await selectAllProjects<ProjectSettings>(db);
      return row ? projectOf(row) : null;
    },
    getProject: (idOrSlug) => find(db, idOrSlug),
    createProject({ organizationId, name, platform = null, slug, by }) {
      return db.transaction(async (tx) => {
        const id = await insertProject(tx, {
          organizationId,
          slug: slug ?? (await freeSlug(tx, name)),
          name,
          platform,
          settings: NEW_PROJECT,
        });
        const key = await newKey(tx, id, 'Default');
        const project = await find(tx, id);
        if (!project) throw new Error('The project is gone before it was made.');
        await note(tx, by, project, 'project.create', { name, slug: project.slug });
        return { project, key };
      });
    },
    updateProject: (id, change, by) =>
      db.transaction(async (tx) => {
        await updateProject(tx, id, change);
        const project = await find(tx, id);
        const { settings: _, ...fields } = change;
        await note(tx, by, project, 'project.update', fields);
        return project;
      }),
    saveSettings: (id, change, by) =>
      db.transaction(async (tx) => {
        await mergeProjectSettings(tx, id, change);
        const project = await find(tx, id);
        await note(tx, by, project, 'project.settings', { changed: Object.keys(change).join(' ') });
        return project;
      }),
    async deleteProject(id, by) {
      const deleted = await db.transaction(async (tx) => {
        const project = by && (await find(tx, id));
        if (!(await deleteProject(tx, id))) return false;
        await note(tx, by, project ?? null, 'project.delete', { name: project?.name ?? '' });
        return true;
      });
      await deleteProjectRows(db, id);
      return deleted;
    },
    async listKeys(projectId) {
      return (await selectKeys(db, projectId)).map(keyOf);
    },
    createKey: (projectId, label, by) =>
      db.transaction(async (tx) => {
        const key = await newKey(tx, projectId, label);
        await note(tx, by, by ? await find(tx, projectId) : null, 'key.create', { key: key.id, label });
        return key;
      }),
    revokeKey: (projectId, keyId, by) =>
      db.transaction(async (tx) => {
        if (!(await revokeKey(tx, projectId, keyId))) return false;
        await note(tx, by, by ? await find(tx, projectId) : null, 'key.revoke', { key: keyId });
        return true;
      }),
    async lookupKey(publicKey) {
      const row = await lookupKey<ProjectSettings>(db, publicKey);
      if (!row) return null;
      return {
        keyId: row.key_id,
        projectId: row.project_id,
        projectSlug: row.slug,
        organizationId: row.organization_id,
        settings: row.settings,
        revoked: row.revoked,
      };
    },
  };
}

async function note(
  tx: Queryable,
  by: Actor | undefined,
  project: StoredProject | null,
  action: NewAuditEntry['action'],
  data: NonNullable<NewAuditEntry['data']>,
): Promise<void> {
  if (!by || !project) return;
  const { organizationId, id } = project;
  await writeAudit(tx, by, { action, organizations: [organizationId], target: String(id), data });
}

async function find(on: Queryable, idOrSlug: string | number): Promise<StoredProject | null> {
  const row = await selectProject<ProjectSettings>(on, idOrSlug);
  return row && projectOf(row);
}

async function newKey(on: Queryable, projectId: number, label: string): Promise<StoredKey> {
  return keyOf(await insertKey(on, { projectId, publicKey: randomBytes(16).toString('hex'), label }));
}

function projectOf(row: ProjectRow<ProjectSettings>): StoredProject {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    platform: row.platform,
    organizationId: row.organization_id,
    organizationSlug: row.organization_slug,
    settings: row.settings,
    createdAt: row.created_at,
    firstEventAt: row.first_event_at,
    unresolved: row.unresolved,
  };
}

function keyOf(row: KeyRow): StoredKey {
  return {
    id: row.id,
    projectId: row.project_id,
    publicKey: row.public_key,
    label: row.label,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}

/** The REST body of a project. */
export function toProject(project: StoredProject): Project {
  return {
    id: String(project.id),
    slug: project.slug,
    name: project.name,
    platform: project.platform,
    organization_id: project.organizationId,
    organization_slug: project.organizationSlug,
    created_at: isoTime(project.createdAt),
    unresolved: project.unresolved,
    first_event_at: isoTimeOrNull(project.firstEventAt),
  };
}

/** The REST body of a key. */
export function toProjectKey(
  key: StoredKey,
  dsn: (publicKey: string, projectId: number) => string,
): ProjectKey {
  return {
    id: String(key.id),
    label: key.label,
    public_key: key.publicKey,
    dsn: dsn(key.publicKey, key.projectId),
    created_at: isoTime(key.createdAt),
    revoked_at: isoTimeOrNull(key.revokedAt),
  };
}

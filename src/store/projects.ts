/** Projects and their DSN keys. Every project is born with a log head and one key. */
import { randomBytes } from 'node:crypto';
import type { Project, ProjectKey } from '../protocol/rest.ts';
import type { ProjectRef } from '../viewer.ts';
import type { Database, Queryable } from './database.ts';
import { isoTime, isoTimeOrNull } from './issue-state.ts';
import { freeSlug } from './slug.ts';

export interface ProjectSettings {
  /** Events per second of one key; absent = the instance's default. */
  rateLimit?: number | null;
  /** Absent = any. */
  allowedOrigins?: string[] | null;
}

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

export interface ProjectStore {
  /** Of these organizations, by name. */
  listProjects(organizationIds: readonly string[]): Promise<StoredProject[]>;
  /** Of the whole instance, by id: for the command line. */
  listAllProjects(): Promise<StoredProject[]>;
  oldestProject(): Promise<StoredProject | null>;
  /** A slug has at least one letter, so digits are an id. */
  getProject(idOrSlug: string | number): Promise<StoredProject | null>;
  createProject(o: {
    organizationId: string;
    name: string;
    platform?: string | null;
    slug?: string;
  }): Promise<{ project: StoredProject; key: StoredKey }>;
  updateProject(
    id: number,
    change: { name?: string; platform?: string | null; slug?: string; settings?: ProjectSettings },
  ): Promise<StoredProject | null>;
  /** Removes the project with its issues and events. */
  deleteProject(id: number): Promise<boolean>;
  listKeys(projectId: number): Promise<StoredKey[]>;
  createKey(projectId: number, label: string): Promise<StoredKey>;
  revokeKey(projectId: number, keyId: number): Promise<boolean>;
  lookupKey(publicKey: string): Promise<FoundKey>;
}

interface ProjectRow {
  id: number;
  slug: string;
  name: string;
  platform: string | null;
  organization_id: string;
  organization_slug: string;
  settings: ProjectSettings;
  created_at: number;
  first_event_at: number | null;
  unresolved: number;
}

interface KeyRow {
  id: number;
  project_id: number;
  public_key: string;
  label: string;
  created_at: number;
  revoked_at: number | null;
}

const SELECT = `
  select p.id, p.slug, p.name, p.platform, p.organization_id, o.slug as organization_slug, p.settings, p.created_at,
    p.first_event_at, coalesce(h.unresolved, 0) as unresolved
  from projects p
  join organization o on o.id = p.organization_id
  left join project_log h on h.project_id = p.id`;
const KEY_COLUMNS = 'id, project_id, public_key, label, created_at, revoked_at';

export function createProjectStore(db: Database): ProjectStore {
  async function find(on: Queryable, idOrSlug: string | number): Promise<StoredProject | null> {
    const key = String(idOrSlug);
    const isId = /^\d{1,15}$/.test(key);
    const [row] = await on.query<ProjectRow>(`${SELECT} where ${isId ? 'p.id' : 'p.slug'} = $1`, [key]);
    return row ? projectOf(row) : null;
  }

  return {
    async listProjects(organizationIds) {
      const rows = await db.query<ProjectRow>(
        `${SELECT} where p.organization_id = any ($1) order by lower(p.name), p.id`,
        [organizationIds],
      );
      return rows.map(projectOf);
    },
    async listAllProjects() {
      return (await db.query<ProjectRow>(`${SELECT} order by p.id`)).map(projectOf);
    },
    async oldestProject() {
      const [row] = await db.query<ProjectRow>(`${SELECT} order by p.id limit 1`);
      return row ? projectOf(row) : null;
    },
    getProject: (idOrSlug) => find(db, idOrSlug),
    createProject({ organizationId, name, platform = null, slug }) {
      return db.transaction(async (tx) => {
        const [row] = await tx.query<{ id: number }>(
          'insert into projects (organization_id, slug, name, platform) values ($1, $2, $3, $4) returning id',
          [organizationId, slug ?? (await freeSlug(tx, name)), name, platform],
        );
        if (!row) throw new Error('The project was not made.');
        await tx.execute('insert into project_log (project_id) values ($1)', [row.id]);
        const key = await insertKey(tx, row.id, 'Default');
        const project = await find(tx, row.id);
        if (!project) throw new Error(`There is no organization ${organizationId}.`);
        return { project, key };
      });
    },
    async updateProject(id, change) {
      await db.execute(
        `update projects set name = coalesce($2, name), slug = coalesce($3, slug),
           platform = case when $4 then $5 else platform end, settings = coalesce($6::jsonb, settings)
         where id = $1`,
        [
          id,
          change.name ?? null,
          change.slug ?? null,
          change.platform !== undefined,
          change.platform ?? null,
          change.settings === undefined ? null : JSON.stringify(change.settings),
        ],
      );
      return find(db, id);
    },
    async deleteProject(id) {
      const deleted = await db.transaction(async (tx) => {
        // In lock order: issues before the head. Cascades take what has a foreign key.
        await tx.execute('select from issues where project_id = $1 order by id for update', [id]);
        await tx.execute(
          'delete from issue_users u using issues i where i.id = u.issue_id and i.project_id = $1',
          [id],
        );
        await tx.execute('delete from issue_hashes where project_id = $1', [id]);
        return tx.execute('delete from projects where id = $1', [id]);
      });
      // Nothing can read these any more; large deletes need not hold locks.
      for (const table of ['events', 'log', 'log_days', 'event_keys'])
        await db.execute(`delete from ${table} where project_id = $1`, [id]);
      return deleted === 1;
    },
    async listKeys(projectId) {
      const rows = await db.query<KeyRow>(
        `select ${KEY_COLUMNS} from project_keys where project_id = $1 order by id`,
        [projectId],
      );
      return rows.map(keyOf);
    },
    createKey: (projectId, label) => insertKey(db, projectId, label),
    async revokeKey(projectId, keyId) {
      const revoked = await db.execute(
        'update project_keys set revoked_at = now() where project_id = $1 and id = $2 and revoked_at is null',
        [projectId, keyId],
      );
      return revoked === 1;
    },
    async lookupKey(publicKey) {
      const [row] = await db.query<{
        key_id: number;
        project_id: number;
        slug: string;
        organization_id: string;
        settings: ProjectSettings;
        revoked: boolean;
      }>(
        {
          name: 'lookup_key',
          text: `
            select k.id as key_id, p.id as project_id, p.slug, p.organization_id, p.settings,
              k.revoked_at is not null as revoked
            from project_keys k join projects p on p.id = k.project_id
            where k.public_key = $1`,
        },
        [publicKey],
      );
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

async function insertKey(on: Queryable, projectId: number, label: string): Promise<StoredKey> {
  const [row] = await on.query<KeyRow>(
    `insert into project_keys (project_id, public_key, label) values ($1, $2, $3) returning ${KEY_COLUMNS}`,
    [projectId, randomBytes(16).toString('hex'), label],
  );
  if (!row) throw new Error('The key was not made.');
  return keyOf(row);
}

function projectOf(row: ProjectRow): StoredProject {
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

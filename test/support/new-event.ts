/** Events for the store's tests: complete, plausible, each field replaceable. */
import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../../src/store/database.ts';
import type { NewEvent } from '../../src/store/new-event.ts';
import { createProjectStore, type StoredProject } from '../../src/store/projects.ts';

export function hashOf(name: string): string {
  return createHash('md5').update(name).digest('hex');
}

/** `error` names the error: events of the same name belong to the same issue. */
export function newEvent(projectId: number, error: string, change: Partial<NewEvent> = {}): NewEvent {
  const eventId = change.eventId ?? randomBytes(16).toString('hex');
  const at = change.receivedAt ?? Date.now();
  const base: NewEvent = {
    projectId,
    keyId: 1,
    eventId,
    receivedAt: at,
    occurredAt: at,
    level: 'error',
    platform: 'node',
    environment: 'production',
    release: null,
    userIdent: null,
    title: `Error: ${error}`,
    culprit: 'app/main',
    titleKey: hashOf(error),
    type: 'Error',
    value: error,
    hashes: [hashOf(error)],
    previousHashes: [],
    groupingVersion: 'v1',
    tagsJson: '[["environment","production"]]',
    data: {
      id: eventId,
      level: 'error',
      title: `Error: ${error}`,
      culprit: 'app/main',
      environment: 'production',
      release: null,
      platform: 'node',
      tags: {},
      user: null,
      timestamp: new Date(at).toISOString(),
    },
    match: {
      dist: null,
      logger: null,
      transaction: null,
      server_name: null,
      fingerprint: hashOf(error),
      sdk: null,
      handled: null,
      text: error,
    },
    encoding: 0,
    payload: Buffer.from(JSON.stringify({ event_id: eventId, tags: [] })),
    handled: true,
  };
  const event = { ...base, ...change };
  // What an event is asked by in the database and in the stream is the same.
  const { level, title, culprit, environment, release, platform } = event;
  return {
    ...event,
    data: { ...base.data, level, title, culprit, environment, release, platform, ...change.data },
  };
}

/** An organization with a project. */
export async function newProject(db: Database, name = 'Test'): Promise<StoredProject> {
  const organizationId = randomBytes(6).toString('hex');
  await db.execute('insert into organization (id, name, slug, "createdAt") values ($1, $1, $1, now())', [
    organizationId,
  ]);
  return (await createProjectStore(db).createProject({ organizationId, name })).project;
}

export async function newUser(db: Database, id: string): Promise<string> {
  await db.execute(`insert into "user" (id, name, email, "emailVerified") values ($1, $1, $2, true)`, [
    id,
    `${id}@example.com`,
  ]);
  return id;
}

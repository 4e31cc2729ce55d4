/** What the disk holds: of a project for its members, of the instance for its admins. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { InstanceStorage, ProjectStorage } from '../../protocol/rest-storage.ts';
import { projectIdOf } from '../context.ts';
import { json, projectPath, type AddRoutes } from '../route-parts.ts';

const bytes = z.number().int().min(0);
const amount = z.object({ count: z.number().int().min(0), bytes });
const parts = {
  bytes: bytes.openapi({ description: 'Of all three, with their share of tables and indexes.' }),
  events: amount.extend({ oldest_day: z.iso.date().nullable() }),
  attachments: amount,
  log: amount,
};
const measured = z.iso.datetime().openapi({ description: 'At most a minute ago.' });
const projectStorage = z
  .object({
    measured,
    retention_days: z.number().int(),
    attachment_budget_bytes: bytes.nullable().openapi({
      description: 'Of the project; counts the files alone. null: it has none of its own.',
    }),
    ...parts,
  })
  .openapi('ProjectStorage') satisfies z.ZodType<ProjectStorage>;
const instanceStorage = z
  .object({
    measured,
    database_bytes: bytes,
    wal_bytes: bytes.nullable().openapi({ description: 'null: the database user may not see it.' }),
    other_bytes: bytes.openapi({ description: 'Issues, counters, accounts, PostgreSQL itself.' }),
    budget_bytes: bytes.nullable(),
    budget_state: z.enum(['unlimited', 'ok', 'near', 'over']).openapi({
      description:
        '`near` from 80 %; at 95 % the oldest days of events go; `over`: only today is left, and it is too much.',
    }),
    projects: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string(), ...parts })),
  })
  .openapi('InstanceStorage') satisfies z.ZodType<InstanceStorage>;

const ofProject = createRoute({
  method: 'get',
  path: '/projects/{p}/storage',
  tags: ['projects'],
  summary: 'What a project takes of the disk',
  request: { params: projectPath },
  responses: { 200: json(projectStorage, 'Rows and bytes.') },
});
const ofInstance = createRoute({
  method: 'get',
  path: '/instance/storage',
  tags: ['instance'],
  summary: 'What everything takes of the disk, against the budget',
  responses: { 200: json(instanceStorage, 'The sums are the size of the database.') },
});

export const addStorageRoutes: AddRoutes = (api, { storage }) => {
  api.openapi(ofProject, async (c) => {
    const found = await storage.ofProject(projectIdOf(c));
    if (!found) throw new MesherError('not_found');
    return c.json(found, 200);
  });

  api.openapi(ofInstance, async (c) => c.json(await storage.ofInstance(), 200));
};

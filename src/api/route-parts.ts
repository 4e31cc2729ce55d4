/** Building blocks of route definitions: bodies in and out, and how routes are attached. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import type { ApiDeps } from './api-deps.ts';
import type { ApiEnv } from './context.ts';

export type Api = OpenAPIHono<ApiEnv>;
export type AddRoutes = (api: Api, deps: ApiDeps) => void;

/** A JSON answer. Errors are described once for all routes in openapi-document.ts. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

export function body<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}

export function optionalBody<T extends z.ZodType>(schema: T) {
  return { required: false, content: { 'application/json': { schema } } };
}

export const done = { 204: { description: 'Done.' } };
export const name = z.string().trim().min(1).max(100);
export const projectPath = z.object({
  p: z.string().openapi({ description: 'Id or slug of a project.' }),
});
export const issuePath = z.object({ id: z.string().openapi({ description: 'Id of an issue.' }) });
export const organizationPath = z.object({
  organization: z.string().openapi({ description: 'Id or slug of an organization.' }),
});

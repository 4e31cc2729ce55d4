/** Before anybody is signed in: what state the instance is in, and the one-time set-up link. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import { createAttemptLimit } from '../attempt-limit.ts';
import { body, json, name, type AddRoutes } from '../route-parts.ts';
import { setupStateSchema } from '../schemas.ts';

const tokenPath = z.object({ token: z.string().min(1).max(200) });

const instance = createRoute({
  method: 'get',
  path: '/instance',
  tags: ['instance'],
  summary: 'Version, and whether the first person still has to be made',
  responses: {
    200: json(
      z.object({
        setup_required: z.boolean(),
        sends_mail: z.boolean(),
        single_sign_on: z.string().nullable(),
        version: z.string(),
      }),
      'The instance.',
    ),
  },
});
const state = createRoute({
  method: 'get',
  path: '/setup/{token}',
  tags: ['instance'],
  summary: 'Is this set-up link good?',
  request: { params: tokenPath },
  responses: { 200: json(setupStateSchema, 'The link is good. 404 otherwise.') },
});
const redeem = createRoute({
  method: 'post',
  path: '/setup/{token}',
  tags: ['instance'],
  summary: 'Make the first person: instance admin and owner of the organization',
  request: {
    params: tokenPath,
    body: body(
      z.object({
        email: z.string().trim().max(254),
        password: z.string().min(8).max(128),
        name,
        organization: name,
      }),
    ),
  },
  responses: { 201: json(z.object({ status: z.literal('ok') }), 'Made; sign in now.') },
});

/** Each check is a query and each good POST hashes a password. */
const SETUP_ATTEMPTS = { max: 30, windowMs: 60_000, maxClients: 10_000 };

export const addInstanceRoutes: AddRoutes = (api, { clock, sendsMail, setup, singleSignOn, version }) => {
  const attempts = createAttemptLimit({ ...SETUP_ATTEMPTS, clock });

  api.openapi(instance, async (c) =>
    c.json(
      {
        setup_required: await setup.required(),
        sends_mail: sendsMail,
        single_sign_on: singleSignOn,
        version,
      },
      200,
    ),
  );

  api.openapi(state, async (c) => {
    attempts.take(c.env.ip);
    const found = await setup.check(c.req.valid('param').token);
    if (!found) throw new MesherError('not_found');
    return c.json(found, 200);
  });

  api.openapi(redeem, async (c) => {
    attempts.take(c.env.ip);
    const result = await setup.redeem(c.req.valid('param').token, c.req.valid('json'), c.env.ip);
    switch (result.kind) {
      case 'done':
        return c.json({ status: 'ok' as const }, 201);
      case 'invalid_link':
        throw new MesherError('not_found');
      case 'invalid':
        throw new MesherError('bad_request', result.message, { path: result.field });
    }
  });
};

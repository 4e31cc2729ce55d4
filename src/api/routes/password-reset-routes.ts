/** A forgotten password: asking for a link, opening it, and the link that an admin of the instance hands over. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import { createAttemptLimit } from '../attempt-limit.ts';
import { actorOf } from '../context.ts';
import { body, json, type AddRoutes } from '../route-parts.ts';

const ok = z.object({ status: z.literal('ok') });
const tokenPath = z.object({ token: z.string().min(1).max(200) });

const request = createRoute({
  method: 'post',
  path: '/password-resets',
  tags: ['account'],
  summary: 'Mail me a link that sets a new password',
  request: {
    body: body(z.object({ email: z.string().trim().toLowerCase().pipe(z.email().max(254)) })),
  },
  responses: { 202: json(ok, 'The same whether or not there is such an account.') },
});
const open = createRoute({
  method: 'get',
  path: '/password-resets/{token}',
  tags: ['account'],
  summary: 'Whose password does this link set?',
  request: { params: tokenPath },
  responses: { 200: json(z.object({ email: z.string() }), 'The link is good. 404 otherwise.') },
});
const redeem = createRoute({
  method: 'post',
  path: '/password-resets/{token}',
  tags: ['account'],
  summary: 'Set a new password; every session of the account ends',
  request: { params: tokenPath, body: body(z.object({ password: z.string().min(8).max(128) })) },
  responses: { 200: json(ok, 'Set; sign in now.') },
});
const createLink = createRoute({
  method: 'post',
  path: '/instance/users/{user}/password-link',
  tags: ['instance'],
  summary: 'A link that sets a new password for somebody, to be handed over',
  request: { params: z.object({ user: z.string().openapi({ description: 'Id of a user.' }) }) },
  responses: { 201: json(z.object({ link: z.string(), expires_at: z.string() }), 'Shown once.') },
});

/** Each try is a query, and a good one hashes a password. */
const ATTEMPTS = { max: 30, windowMs: 60_000, maxClients: 10_000 };
/** Nobody's mailbox is filled: by e-mail, whoever asks. */
const MAILS = { max: 3, windowMs: 60 * 60_000, maxClients: 10_000 };

export const addPasswordResetRoutes: AddRoutes = (api, { clock, passwordReset }) => {
  const attempts = createAttemptLimit({ ...ATTEMPTS, clock });
  const mails = createAttemptLimit({ ...MAILS, clock });

  api.openapi(request, async (c) => {
    attempts.take(c.env.ip);
    const { email } = c.req.valid('json');
    mails.take(email);
    if ((await passwordReset.request(email, c.env.ip)) === 'no_mail')
      throw new MesherError('unavailable', 'This instance sends no mail.', {
        hint: 'Ask an admin of the instance for a link.',
      });
    return c.json({ status: 'ok' as const }, 202);
  });

  api.openapi(open, async (c) => {
    attempts.take(c.env.ip);
    const found = await passwordReset.find(c.req.valid('param').token);
    if (!found) throw new MesherError('not_found');
    return c.json({ email: found.email }, 200);
  });

  api.openapi(redeem, async (c) => {
    attempts.take(c.env.ip);
    const { password } = c.req.valid('json');
    const result = await passwordReset.redeem(c.req.valid('param').token, password, c.env.ip);
    switch (result.kind) {
      case 'done':
        return c.json({ status: 'ok' as const }, 200);
      case 'invalid_link':
        throw new MesherError('not_found');
      case 'invalid':
        throw new MesherError('bad_request', result.message, { path: 'password' });
    }
  });

  api.openapi(createLink, async (c) => {
    const made = await passwordReset.createLink(c.req.valid('param').user, actorOf(c));
    if (!made) throw new MesherError('not_found');
    return c.json({ link: made.link, expires_at: new Date(made.expiresAt).toISOString() }, 201);
  });
};

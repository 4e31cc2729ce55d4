/** Invitations: made and listed by admins of an organization, opened by whoever has the link. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { AcceptResult } from '../api-deps.ts';
import { createAttemptLimit } from '../attempt-limit.ts';
import { actorOf, organizationOf, viewerOf } from '../context.ts';
import { given, pageQuery } from '../parameters.ts';
import { body, done, json, name, organizationPath, type AddRoutes } from '../route-parts.ts';
import {
  invitationSchema,
  newInvitationSchema,
  openInvitationSchema,
  pageOf,
  roleSchema,
} from '../schemas.ts';

const tags = ['organizations'];
const tokenPath = z.object({ token: z.string().min(1).max(200) });

const list = createRoute({
  method: 'get',
  path: '/organizations/{organization}/invitations',
  tags,
  summary: 'Open invitations',
  request: { params: organizationPath, query: z.object(pageQuery) },
  responses: { 200: json(pageOf(invitationSchema), 'Newest first.') },
});
const create = createRoute({
  method: 'post',
  path: '/organizations/{organization}/invitations',
  tags,
  summary: 'Invite somebody: a link for this e-mail, good once and for seven days',
  request: {
    params: organizationPath,
    body: body(
      z.object({ email: z.string().trim().toLowerCase().pipe(z.email().max(254)), role: roleSchema }),
    ),
  },
  responses: { 201: json(newInvitationSchema, 'Made; an older one for this e-mail has ended.') },
});
const revoke = createRoute({
  method: 'delete',
  path: '/organizations/{organization}/invitations/{id}',
  tags,
  summary: 'Revoke an invitation',
  request: { params: organizationPath.extend({ id: z.string() }) },
  responses: done,
});
const open = createRoute({
  method: 'get',
  path: '/invitations/{token}',
  tags,
  summary: 'What does this link invite to?',
  request: { params: tokenPath },
  responses: { 200: json(openInvitationSchema, 'The link is good. 404 otherwise.') },
});
const acceptAsNew = createRoute({
  method: 'post',
  path: '/invitations/{token}',
  tags,
  summary: 'Accept with a new account, whose e-mail is the invited one',
  request: { params: tokenPath, body: body(z.object({ name, password: z.string().min(8).max(128) })) },
  responses: { 201: json(z.object({ status: z.literal('ok') }), 'Made; sign in now.') },
});
const accept = createRoute({
  method: 'post',
  path: '/invitations/{token}/accept',
  tags,
  summary: 'Accept with my account',
  request: { params: tokenPath },
  responses: done,
});

/** Each try is a query, and a good one hashes a password. */
const ATTEMPTS = { max: 30, windowMs: 60_000, maxClients: 10_000 };

export const addInvitationRoutes: AddRoutes = (api, { auth, clock, invitations }) => {
  const attempts = createAttemptLimit({ ...ATTEMPTS, clock });

  api.openapi(list, async (c) => {
    const { limit, ...rest } = c.req.valid('query');
    return c.json(await invitations.list(organizationOf(c).id, { limit, ...given(rest) }), 200);
  });

  api.openapi(create, async (c) => {
    const { email, role } = c.req.valid('json');
    const by = { ...actorOf(c), userId: viewerOf(c).userId };
    const made = await invitations.create({ organization: organizationOf(c), email, role, by });
    switch (made.kind) {
      case 'created': {
        const { id, link, mailed } = made;
        const expires_at = new Date(made.expiresAt).toISOString();
        return c.json({ id, email, role, expires_at, link, mailed }, 201);
      }
      case 'already_member':
        throw new MesherError('conflict', 'They are a member already.');
      case 'owners_only':
        throw new MesherError('forbidden', 'Only an owner invites owners.');
    }
  });

  api.openapi(revoke, async (c) => {
    const revoked = await invitations.revoke(organizationOf(c).id, c.req.valid('param').id, actorOf(c));
    if (!revoked) throw new MesherError('not_found');
    return c.body(null, 204);
  });

  api.openapi(open, async (c) => {
    attempts.take(c.env.ip);
    const found = await invitations.find(c.req.valid('param').token);
    if (!found) throw new MesherError('not_found');
    const { email, role, organization, hasAccount, expiresAt } = found;
    return c.json(
      {
        email,
        role,
        organization: { slug: organization.slug, name: organization.name },
        has_account: hasAccount,
        expires_at: new Date(expiresAt).toISOString(),
      },
      200,
    );
  });

  api.openapi(acceptAsNew, async (c) => {
    attempts.take(c.env.ip);
    const { token } = c.req.valid('param');
    // Asked first, so that nobody without a link can make the server hash passwords.
    const found = await invitations.find(token);
    if (!found) throw new MesherError('not_found');
    const prepared = await auth.prepareUser({ ...c.req.valid('json'), email: found.email });
    if (prepared.kind === 'invalid')
      throw new MesherError('bad_request', prepared.message, { path: prepared.field });
    settle(await invitations.acceptAsNew(token, prepared.user, c.env.ip));
    return c.json({ status: 'ok' as const }, 201);
  });

  api.openapi(accept, async (c) => {
    attempts.take(c.env.ip);
    const by = { ...actorOf(c), userId: viewerOf(c).userId };
    settle(await invitations.acceptAs(c.req.valid('param').token, by));
    return c.body(null, 204);
  });
};

function settle(result: AcceptResult): void {
  switch (result.kind) {
    case 'done':
      return;
    case 'invalid_link':
      throw new MesherError('not_found');
    case 'has_account':
      throw new MesherError('conflict', 'There is an account with this e-mail.', {
        hint: 'Sign in, then open the link again.',
      });
    case 'other_email':
      throw new MesherError('forbidden', 'This invitation is for another e-mail.', {
        hint: 'Sign in with the account it was sent to.',
      });
    case 'already_member':
      throw new MesherError('conflict', 'You are a member already.');
  }
}

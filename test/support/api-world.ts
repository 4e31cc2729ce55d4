/**
 * For every operation of the API a request that has to succeed, with what it needs made first: ids of things that are
 * there, links that are good, somebody who may go. Requests made at random rarely get behind the refusals.
 */
import { envelopeOf, newEventId, postEnvelope } from './send-envelope.ts';
import { richError, sendEvent } from './send-event.ts';
import { getJson, sendJson, until, type FirstRun, type ServerProcess } from './server-process.ts';

export interface ValidRequest {
  /** Instead of the ids that are always there. */
  path?: Record<string, string>;
  body?: object;
  /** Of somebody other than the first admin. */
  cookie?: string;
}

export interface ApiWorld {
  /** Values of path parameters; `saved` is the `id` of a saved search. */
  ids: Record<string, string>;
  /** By `METHOD /path`; what is not in it needs no body and nothing but the ids. */
  valid: Record<string, () => Promise<ValidRequest> | ValidRequest>;
}

/** Operations that cannot succeed here, each with its reason. */
export const UNREACHABLE: Readonly<Record<string, string>> = {
  'GET /setup/{token}': 'The link works only while there is no user, and the run itself is signed in.',
  'POST /setup/{token}': 'As above; the run redeemed the link before its first request.',
  'POST /password-resets': 'Without a mail server the documented answer is 503.',
};

const PASSWORD = 'correct horse battery';

export async function createApiWorld(
  server: Pick<ServerProcess, 'url'>,
  first: Omit<FirstRun, 'dsn'>,
): Promise<ApiWorld> {
  const { cookie, projectId: p } = first;
  const get = <T>(path: string) => getJson<T>(server, cookie, path);
  const post = <T>(path: string, body: object = {}) => sendJson<T>(server, cookie, path, body);
  let made = 0;

  /** An issue of its own, by its event. */
  async function issue(): Promise<{ id: string; eventId: string }> {
    const eventId = await sendEvent(server, first, richError(`Fuzz${++made}Error`, 'for the lists'));
    return until('an issue', async () => {
      const answer = await fetch(`${server.url}/api/v1/projects/${p}/events/${eventId}`, {
        headers: { cookie },
      });
      return answer.ok && { id: ((await answer.json()) as { issue_id: string }).issue_id, eventId };
    });
  }
  const { id, eventId } = await issue();
  const me = await get<{ id: string; email: string; organizations: { id: string }[] }>('/me');
  const organization = me.organizations[0]?.id ?? '';
  const savedSearch = () =>
    post<{ id: string }>(`/projects/${p}/saved-searches`, {
      name: `Fuzzed ${++made}`,
      query: 'is:unresolved',
    });

  /** An invitation's id, and the token at the end of its link. */
  async function invitation(email = `fuzz-${++made}@example.com`, of = organization) {
    const invited = await post<{ id: string; link: string }>(`/organizations/${of}/invitations`, {
      email,
      role: 'member',
    });
    return { id: invited.id, email, token: lastPart(invited.link) };
  }
  async function signIn(email: string): Promise<string> {
    const answer = await fetch(`${server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    if (!answer.ok) throw new Error(`sign-in answered ${answer.status}`);
    return answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
  }
  /** A new member of the organization. */
  async function member(): Promise<{ user: string; email: string }> {
    const { email, token } = await invitation();
    await post(`/invitations/${token}`, { name: 'Fuzz', password: PASSWORD });
    const { items } = await get<{ items: { id: string; email: string }[] }>('/instance/users?limit=100');
    const user = items.find((one) => one.email === email)?.id;
    if (user === undefined) throw new Error('the member is not listed');
    return { user, email };
  }
  const resident = await member();
  async function passwordLink(): Promise<string> {
    const { link } = await post<{ link: string }>(`/instance/users/${resident.user}/password-link`);
    return lastPart(link);
  }
  const otherIssue = async (): Promise<ValidRequest> => ({ body: { ids: [(await issue()).id] } });
  const ofMember = async (): Promise<ValidRequest> => ({ path: { user: (await member()).user } });
  const ofIssue = async (): Promise<ValidRequest> => ({ path: { id: (await issue()).id } });

  const saved = await savedSearch();
  return {
    ids: { p, id, event_id: eventId, saved: saved.id, organization, user: me.id },
    valid: {
      'POST /tokens': () => ({ body: { name: 'fuzz', scopes: ['event:read'] } }),
      'DELETE /tokens/{id}': async () => ({
        path: { id: (await post<{ id: string }>('/tokens', { name: 'gone', scopes: ['event:read'] })).id },
      }),
      'POST /stream-tokens': () => ({ body: { projects: [p] } }),
      'DELETE /me/sessions/{id}': async () => {
        await signIn(me.email);
        const { items } = await get<{ items: { id: string; current: boolean }[] }>('/me/sessions');
        return { path: { id: items.find((one) => !one.current)?.id ?? '' } };
      },
      'PUT /me/password': async () => ({
        cookie: await signIn(resident.email),
        body: { current_password: PASSWORD, new_password: PASSWORD },
      }),
      'PATCH /instance/users/{user}': () => ({
        path: { user: resident.user },
        body: { is_instance_admin: false },
      }),
      'DELETE /instance/users/{user}': ofMember,
      'DELETE /instance/users/{user}/two-factor': ofMember,
      'POST /instance/users/{user}/password-link': () => ({ path: { user: resident.user } }),
      'GET /password-resets/{token}': async () => ({ path: { token: await passwordLink() } }),
      'POST /password-resets/{token}': async () => ({
        path: { token: await passwordLink() },
        body: { password: PASSWORD },
      }),
      'GET /invitations/{token}': async () => ({ path: { token: (await invitation()).token } }),
      'POST /invitations/{token}': async () => ({
        path: { token: (await invitation()).token },
        body: { name: 'Fuzz', password: PASSWORD },
      }),
      'POST /invitations/{token}/accept': async () => {
        const other = await post<{ id: string }>('/organizations', { name: `Fuzz ${++made}` });
        return {
          path: { token: (await invitation(resident.email, other.id)).token },
          cookie: await signIn(resident.email),
        };
      },
      'POST /organizations': () => ({ body: { name: `Fuzz ${++made}` } }),
      'PATCH /organizations/{organization}': () => ({ body: { name: 'Acme' } }),
      'DELETE /organizations/{organization}': async () => ({
        path: {
          organization: (await post<{ id: string }>('/organizations', { name: `Fuzz ${++made}` })).id,
        },
      }),
      'POST /organizations/{organization}/leave': async () => ({
        cookie: await signIn((await member()).email),
      }),
      'POST /organizations/{organization}/invitations': () => ({
        body: { email: `fuzz-${++made}@example.com`, role: 'member' },
      }),
      'DELETE /organizations/{organization}/invitations/{id}': async () => ({
        path: { id: (await invitation()).id },
      }),
      'PATCH /organizations/{organization}/members/{user}': () => ({
        path: { user: resident.user },
        body: { role: 'member' },
      }),
      'DELETE /organizations/{organization}/members/{user}': ofMember,
      'POST /projects': () => ({ body: { name: `Fuzz ${++made}`, organization } }),
      'PATCH /projects/{p}': () => ({ body: { platform: 'node' } }),
      'DELETE /projects/{p}': async () => ({
        path: { p: (await post<{ id: string }>('/projects', { name: `Fuzz ${++made}`, organization })).id },
      }),
      'PATCH /projects/{p}/settings': () => ({ body: { retention_days: null } }),
      'POST /projects/{p}/settings/scrub-preview': () => ({
        body: { event_id: eventId, scrub: { keys: ['region'] } },
      }),
      'POST /projects/{p}/keys': () => ({ body: { label: 'Fuzz' } }),
      'DELETE /projects/{p}/keys/{key}': async () => ({
        path: { key: (await post<{ id: string }>(`/projects/${p}/keys`, { label: 'gone' })).id },
      }),
      'PUT /projects/{p}/grouping': () => ({ body: { version: 'v2' } }),
      'POST /projects/{p}/grouping/preview': () => ({ body: { version: 'v1' } }),
      'POST /projects/{p}/issues/bulk': () => ({ body: { ids: [id], action: 'resolve' } }),
      'PATCH /issues/{id}': () => ({ body: { status: 'unresolved' } }),
      'DELETE /issues/{id}': ofIssue,
      'POST /issues/{id}/discard': ofIssue,
      'POST /issues/{id}/assign': () => ({ body: { assignee: 'me' } }),
      'POST /issues/{id}/comments': () => ({ body: { text: 'Seen.' } }),
      'POST /issues/{id}/merge': otherIssue,
      'POST /issues/{id}/similar/dismiss': otherIssue,
      'POST /issues/{id}/similar/restore': otherIssue,
      'POST /issues/{id}/unmerge': async () => {
        const [target, source] = [await issue(), await issue()];
        const { hashes } = await get<{ hashes: { hash: string }[] }>(`/issues/${source.id}/grouping`);
        await post(`/issues/${target.id}/merge`, { ids: [source.id] });
        return { path: { id: target.id }, body: { hashes: hashes.map(({ hash }) => hash) } };
      },
      'POST /projects/{p}/saved-searches': () => ({
        body: { name: `Fuzzed ${++made}`, query: 'is:unresolved' },
      }),
      'PATCH /projects/{p}/saved-searches/{id}': () => ({ body: { query: 'is:resolved' } }),
      'DELETE /projects/{p}/saved-searches/{id}': async () => ({ path: { id: (await savedSearch()).id } }),
      'GET /projects/{p}/events/{event_id}/attachments/{id}': async () => {
        const carrier = newEventId();
        const items = [
          { header: { type: 'attachment', filename: 'a.txt' }, payload: 'a' },
          { header: { type: 'event' }, payload: { message: 'with a file' } },
        ];
        await postEnvelope({ url: server.url, ...first }, envelopeOf({ event_id: carrier }, items));
        const list = await get<{ items: { id: string }[] }>(`/projects/${p}/events/${carrier}/attachments`);
        return { path: { event_id: carrier, id: list.items[0]?.id ?? '' } };
      },
    },
  };
}

function lastPart(link: string): string {
  return link.split(/[/#=?]/).at(-1) ?? '';
}

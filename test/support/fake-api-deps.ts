/**
 * Ports of the REST API with two organizations in memory: `acme` (project 1, issue 11) and `other` (project 2, issue
 * 22). Credentials are written into the headers: `Bearer <user>|<scope>,<scope>` and `Cookie: <user>`.
 */
import { pino } from 'pino';
import type { ApiDeps } from '../../src/api/api-deps.ts';
import { createApi } from '../../src/api/create-api.ts';
import type {
  EventDetail,
  EventSummary,
  Issue,
  Project,
  ProjectKey,
  ProjectSettings,
} from '../../src/protocol/rest.ts';
import { fakeGrouping } from './fake-grouping.ts';
import { fakeSavedSearches } from './fake-saved-searches.ts';
import { fakeStorage } from './fake-storage.ts';
import type { AuthResult, Role, Scope, Viewer } from '../../src/viewer.ts';

export const NOW = Date.parse('2026-03-01T12:00:00.000Z');
export const ORIGIN = 'http://localhost:8080';
const SETTINGS: ProjectSettings = {
  rate_limit: null,
  allowed_origins: null,
  sample_rate: 1,
  filters: {
    browser_extensions: false,
    legacy_browsers: false,
    localhost: false,
    health_checks: false,
    messages: [],
    releases: [],
    environments: [],
  },
  scrub: { keys: [], ip_addresses: false },
  spike_protection: false,
  retention_days: null,
  attachment_budget_bytes: null,
};
const timer = { cancel: () => undefined };

const ROLES: Record<string, [string, Role][]> = {
  olga: [['acme', 'owner']],
  adam: [['acme', 'admin']],
  mia: [['acme', 'member']],
  eve: [['other', 'owner']],
};
const ISSUES: Record<string, number> = { '11': 1, '12': 1, '22': 2 };
/** Its key is left, nothing else. */
export const GONE_EVENT = 'f'.repeat(32);
export const EVENTS = ['a', 'b', 'c'].map((digit) => digit.repeat(32));

export interface FakeApi {
  /** Commands as they came, e.g. `setStatus 11 resolved by mia`. */
  calls: string[];
  deps: ApiDeps;
  request: (method: string, path: string, o?: RequestOptions) => Promise<Response>;
}

export interface RequestOptions {
  as?: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export function fakeApi(over: Partial<ApiDeps> = {}): FakeApi {
  const calls: string[] = [];
  const deps = { ...fakeDeps(calls), ...over };
  const api = createApi(deps);
  return {
    calls,
    deps,
    async request(method, path, { as, token, body, headers } = {}) {
      const writes = method !== 'GET';
      const all = new Headers({
        ...(writes && { 'content-type': 'application/json', origin: ORIGIN }),
        ...(as !== undefined && { cookie: as }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      });
      // An empty value stands for a header that is not there.
      for (const [name, value] of Object.entries(headers ?? {})) if (value === '') all.delete(name);
      const text = body === undefined ? (writes ? '{}' : undefined) : JSON.stringify(body);
      return api.fetch(
        new Request(`${ORIGIN}${path.startsWith('/api/') ? path : `/api/v1${path}`}`, {
          method,
          headers: all,
          ...(text !== undefined && { body: text }),
        }),
        { ip: '192.0.2.1' },
      );
    },
  };
}

function viewer(name: string, kind: 'session' | 'token', scopes: Viewer['scopes']): AuthResult {
  const organizations = ROLES[name];
  if (!organizations) return { kind: 'refused', code: 'unauthorized', message: 'You are not signed in.' };
  return {
    kind: 'viewer',
    viewer: {
      kind,
      userId: name,
      email: `${name}@example.com`,
      credentialId: `${kind}-${name}`,
      organizations: new Map(organizations),
      isInstanceAdmin: name === 'olga',
      scopes,
      expiresAt: null,
    },
  };
}

function fakeDeps(calls: string[]): ApiDeps {
  const affected = (call: string, ids: readonly string[]) => {
    calls.push(call);
    return Promise.resolve({ affected: ids.length });
  };
  const clock = { now: () => NOW, monotonic: () => NOW, after: () => timer, every: () => timer };
  return {
    version: '0.0.0-test',
    originAllowed: (origin) => origin === ORIGIN,
    clock,
    log: pino({ level: 'silent' }),
    auth: {
      handler: async (request) => Response.json({ path: new URL(request.url).pathname }),
      async authenticate({ cookie, authorization }) {
        if (authorization !== undefined) {
          const [name = '', scopes = ''] = authorization.replace(/^Bearer /, '').split('|');
          return viewer(name, 'token', new Set(scopes.split(',') as Scope[]));
        }
        return viewer(cookie ?? '', 'session', 'all');
      },
      createToken: async ({ name, scopes }) => ({
        ...tokenInfo(name),
        scopes: [...scopes],
        token: 'msh_secret',
      }),
      listTokens: async () => ({ items: [tokenInfo('ci')], next: null }),
      createStreamToken: async () => ({ token: 'mst_secret', expiresAt: 0 }),
      revokeToken: async (_user, id) => id === 'token-1',
      prepareUser: async ({ email, name }) => ({
        kind: 'ok',
        user: { id: 'new', accountId: 'new', email, name, passwordHash: 'a:b' },
      }),
      async changePassword({ viewer: who }) {
        calls.push(`changePassword ${who.userId}`);
        return { kind: 'done' };
      },
    },
    setup: {
      required: async () => true,
      check: async (link) =>
        link === 'good'
          ? { instance_url: ORIGIN, project: { id: '1', slug: 'shop', dsn: 'http://k@localhost/1' } }
          : null,
      async redeem(link, request) {
        if (link !== 'good') return { kind: 'invalid_link' };
        if (!request.email.includes('@')) return { kind: 'invalid', field: 'email', message: 'No e-mail.' };
        calls.push(`redeem ${request.email}`);
        return { kind: 'done' };
      },
    },
    accounts: {
      loadMemberships: async (userId) => ({
        email: `${userId}@example.com`,
        name: userId,
        isInstanceAdmin: userId === 'olga',
        twoFactor: false,
        organizations: (ROLES[userId] ?? []).map(([id, role]) => ({ id, slug: id, name: id, role })),
      }),
      listOrganizations: async (userId) => ({
        items: (ROLES[userId] ?? []).map(([id, role]) => ({ id, slug: id, name: id, role })),
        next: null,
      }),
      findOrganization: async (name) =>
        ['acme', 'other'].includes(name) ? { id: name, slug: name, name } : null,
    },
    organizations: {
      async createOrganization({ name, by }) {
        calls.push(`createOrganization ${name} by ${by.userId}`);
        return { id: 'new', slug: 'new', name };
      },
      async updateOrganization(id, change) {
        calls.push(`updateOrganization ${id} ${JSON.stringify(change)}`);
        return { kind: 'done', organization: { id, slug: id, name: id, ...change } };
      },
      async deleteOrganization(id) {
        calls.push(`deleteOrganization ${id}`);
        return { kind: 'done' };
      },
      listMembers: async (organizationId) => ({
        items: Object.entries(ROLES).flatMap(([userId, roles]) =>
          roles
            .filter(([id]) => id === organizationId)
            .map(([, role]) => ({ user_id: userId, email: `${userId}@example.com`, name: userId, role })),
        ),
        next: null,
      }),
      roleIn: async (organizationId, userId) =>
        ROLES[userId]?.find(([id]) => id === organizationId)?.[1] ?? null,
      async setMemberRole(organizationId, userId, role, by) {
        if (userId === 'olga' && role !== 'owner') return { kind: 'last_owner' };
        calls.push(`setMemberRole ${organizationId} ${userId} ${role} by ${by.userId}`);
        return { kind: 'done' };
      },
      async removeMember(organizationId, userId, by) {
        if (userId === 'olga') return { kind: 'last_owner' };
        calls.push(`removeMember ${organizationId} ${userId} by ${by.userId}`);
        return { kind: 'done' };
      },
    },
    invitations: {
      async create({ organization, email, role }) {
        calls.push(`invite ${email} to ${organization.id} as ${role}`);
        return { kind: 'created', id: 'i', link: `${ORIGIN}/invitations/t`, expiresAt: NOW, mailed: false };
      },
      list: async () => ({ items: [], next: null }),
      async revoke(organizationId, id) {
        calls.push(`revokeInvitation ${organizationId} ${id}`);
        return true;
      },
      find: async (token) =>
        token === 'good'
          ? {
              email: 'new@example.com',
              role: 'member',
              organization: { id: 'acme', slug: 'acme', name: 'Acme' },
              hasAccount: false,
              expiresAt: NOW,
            }
          : null,
      async acceptAsNew(token, user) {
        calls.push(`accept ${token} as new ${user.email}`);
        return { kind: 'done', organization: { id: 'acme', slug: 'acme', name: 'Acme' } };
      },
      async acceptAs(token, by) {
        calls.push(`accept ${token} as ${by.userId}`);
        return { kind: 'done', organization: { id: 'acme', slug: 'acme', name: 'Acme' } };
      },
    },
    sessions: {
      list: async () => ({ items: [], next: null }),
      async end(userId, id) {
        calls.push(`endSession ${userId} ${id}`);
        return true;
      },
      async endOthers(userId, keep) {
        calls.push(`endSessions ${userId} but ${keep}`);
      },
    },
    users: {
      list: async () => ({ items: [], next: null }),
      async setInstanceAdmin(userId, isAdmin) {
        calls.push(`setInstanceAdmin ${userId} ${isAdmin}`);
        return { kind: 'done' };
      },
      async remove(userId) {
        calls.push(`removeUser ${userId}`);
        return { kind: 'done' };
      },
      async resetTwoFactor(userId) {
        calls.push(`resetTwoFactor ${userId}`);
        return { kind: 'done' };
      },
    },
    passwordReset: {
      async request(email) {
        calls.push(`passwordReset ${email}`);
        return 'accepted';
      },
      async createLink(userId) {
        calls.push(`passwordLink ${userId}`);
        return { link: `${ORIGIN}/reset-password/t`, expiresAt: NOW };
      },
      find: async (token) => (token === 'good' ? { email: 'mia@example.com' } : null),
      async redeem(token) {
        if (token !== 'good') return { kind: 'invalid_link' };
        calls.push('setPassword');
        return { kind: 'done' };
      },
    },
    sendsMail: false,
    singleSignOn: null,
    audit: { list: async () => ({ items: [], next: null }) },
    projects: {
      list: async (organizations) => ({
        items: [project(1), project(2)].filter((one) => organizations.includes(one.organization_id)),
        next: null,
      }),
      get: async (name) =>
        [project(1), project(2)].find((one) => one.id === name || one.slug === name) ?? null,
      async create({ organizationId, name }) {
        calls.push(`createProject ${organizationId} ${name}`);
        return project(1);
      },
      async update(id, change) {
        calls.push(`updateProject ${id} ${JSON.stringify(change)}`);
        return { ...project(id), ...change };
      },
      getSettings: async () => SETTINGS,
      async updateSettings(id, patch) {
        calls.push(`updateSettings ${id} ${JSON.stringify(patch)}`);
        return SETTINGS;
      },
      scrub: () => [],
      async remove(id) {
        calls.push(`removeProject ${id}`);
        return true;
      },
      listKeys: async () => ({ items: [key()], next: null }),
      createKey: async (_projectId, label) => ({ ...key(), label }),
      revokeKey: async (_projectId, keyId) => keyId === 5,
    },
    issues: {
      async list(request) {
        calls.push(`list ${JSON.stringify(request)}`);
        return { items: [issue('11')], next: 'cursor' };
      },
      get: async (id) => (id in ISSUES ? issue(id) : null),
      projectOf: async (id) => ISSUES[id] ?? null,
      // 110 became part of 11, 220 of another organization's 22.
      mergedInto: async (id) => ({ 110: '11', 220: '22' })[id] ?? null,
      events: async (id) => ({ items: [summary(EVENTS[2] ?? '', id)], next: null }),
      timeline: async (_id, { since, interval, timeZone }) => ({
        interval,
        time_zone: timeZone,
        starts: [new Date(since).toISOString()],
        events: [1],
      }),
      activity: async () => ({ items: [], next: null }),
      tags: async () => [{ key: 'browser', values: [{ value: 'Firefox', count: 2 }], other: 1 }],
      similar: async () => [{ issue: issue('12'), shared_frames: 2, frames: 3 }],
      tellApart: (id, others, apart) =>
        affected(`tell ${id} ${apart ? 'apart' : 'alike'} ${others.join()}`, others),
      setStatus: (ids, status, by, until) =>
        affected(
          `setStatus ${ids.join()} ${status}${until ? ` until ${JSON.stringify(until)}` : ''} by ${by}`,
          ids,
        ),
      comment: (id, text, by) => affected(`comment ${id} ${text} by ${by}`, [id]),
      merge: (id, others, by) => affected(`merge ${others.join()} into ${id} by ${by}`, others),
      async unmerge(id, hashes, by) {
        calls.push(`unmerge ${hashes.join()} of ${id} by ${by}`);
        return { issueId: '99' };
      },
      assign: (ids, to, by) => affected(`assign ${ids.join()} ${to} by ${by}`, ids),
      setPriority: (ids, priority, by) => affected(`setPriority ${ids.join()} ${priority} by ${by}`, ids),
      discard: (ids, by) => affected(`discard ${ids.join()} by ${by}`, ids),
      remove: (ids, by) => affected(`remove ${ids.join()} by ${by}`, ids),
    },
    savedSearches: fakeSavedSearches(calls),
    grouping: fakeGrouping(calls),
    events: {
      list: async () => ({ items: [summary(EVENTS[2] ?? '', '11')], next: null }),
      get: async (projectId, id) => (projectId === 1 ? detail(id) : null),
      wasStored: async (projectId, id) => projectId === 1 && id === GONE_EVENT,
    },
    attachments: { list: async () => ({ items: [], next: null }), read: async () => null },
    exports: {
      issue: async function* () {
        yield '{"type":"issue"}\n';
      },
      project: async function* () {
        yield '{"type":"issue"}\n';
      },
    },
    feedback: { list: async () => ({ items: [], next: null }) },
    monitors: {
      list: async () => ({ items: [], next: null }),
      listCheckIns: async () => ({ items: [], next: null }),
    },
    storage: fakeStorage(NOW),
    stats: {
      releases: async () => ({ items: [], next: null }),
      volume: async (_id, { since, interval, timeZone, by }) => ({
        interval,
        time_zone: timeZone,
        starts: [new Date(since).toISOString()],
        total: [1],
        by,
        series: [{ name: 'error', sum: 1, events: [1] }],
      }),
      sums: async () => [{ name: null, events: 1 }],
      releaseSums: async () => [{ release: '1', first_seen: null, events: 1 }],
      topIssues: async () => [{ ...issue('11'), events: 1 }],
      tags: async () => [{ key: 'browser', events: 1, values: [{ value: 'Chrome', events: 1 }] }],
      health: async () => ({
        errors_per_minute: { now: 0.5, median: 0 },
        crash_free_sessions: null,
        share_dropped: null,
        new_unresolved_today: 0,
        last_event_at: null,
        last_event_age: null,
      }),
      outcomes: async () => [{ outcome: 'accepted', reason: '', category: 'error', quantity: 3 }],
    },
    async readMessages(ref, request) {
      calls.push(`log ${ref.slug} ${JSON.stringify(request)}`);
      return { items: [{ type: 'event' }], next: null };
    },
    sendTestEvent: async () => ({ eventId: EVENTS[0] ?? '' }),
  };
}

function tokenInfo(name: string) {
  const scopes: Scope[] = ['event:read'];
  return { id: 'token-1', name, scopes, createdAt: NOW, lastUsedAt: null, expiresAt: null };
}

function project(id: number): Project {
  return {
    id: String(id),
    slug: id === 1 ? 'shop' : 'blog',
    name: 'Project',
    platform: null,
    organization_id: id === 1 ? 'acme' : 'other',
    organization_slug: id === 1 ? 'acme' : 'other',
    created_at: new Date(NOW).toISOString(),
    unresolved: 1,
    first_event_at: null,
  };
}

function key(): ProjectKey {
  return {
    id: '5',
    label: 'Default',
    public_key: 'f'.repeat(32),
    dsn: 'http://f@localhost/1',
    created_at: new Date(NOW).toISOString(),
    revoked_at: null,
  };
}

function issue(id: string): Issue {
  return {
    id,
    project_id: String(ISSUES[id] ?? 1),
    rev: 1,
    title: 'Error: no',
    culprit: 'main',
    type: 'Error',
    value: 'no',
    level: 'error',
    status: 'unresolved',
    priority: 'medium',
    platform: 'node',
    event_count: 3,
    user_count: 1,
    first_seen: new Date(NOW).toISOString(),
    last_seen: new Date(NOW).toISOString(),
    first_release: null,
    last_release: null,
    last_event_id: EVENTS[2] ?? null,
    assigned_to: null,
  };
}

function summary(id: string, issueId: string): EventSummary {
  return {
    id,
    issue_id: issueId,
    title: 'Error: no',
    culprit: 'main',
    level: 'error',
    environment: null,
    release: null,
    user: null,
    timestamp: new Date(NOW).toISOString(),
    received: new Date(NOW).toISOString(),
  };
}

/** EVENTS in order of time: each knows its neighbours. */
function detail(id: string): EventDetail | null {
  const at = EVENTS.indexOf(id);
  if (at === -1) return null;
  return {
    ...summary(id, '11'),
    project_id: '1',
    first: EVENTS[0] ?? null,
    previous: EVENTS[at - 1] ?? null,
    next: EVENTS[at + 1] ?? null,
    event: {
      event_id: id,
      timestamp: NOW,
      received: NOW,
      level: 'error',
      platform: 'node',
      type: 'error',
      tags: [],
    },
  };
}

/**
 * The one table of settings: variable, type, default, doc, secret. Unknown MESHER_* names fail with a suggestion.
 * Every default works on a laptop with nothing installed.
 */
import { z } from 'zod';
import { nearest } from './lib/nearest.ts';

interface Setting<T extends z.ZodType> {
  env: string;
  type: T;
  doc: string;
  secret?: true;
}

const port = z.coerce.number().int().min(0).max(65535);
const flag = z.enum(['true', 'false', '1', '0', '']).transform((v) => v === 'true' || v === '1');

const UNITS: Readonly<Record<string, number>> = { MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };
/** In bytes. */
const size = z
  .string()
  .regex(/^\d+(\.\d+)?\s*[MGT]B$/i, 'a number and MB, GB or TB')
  .transform((text) => Math.round(Number.parseFloat(text) * (UNITS[text.slice(-2).toUpperCase()] ?? 1)))
  .refine((bytes) => bytes >= 1024 ** 3, 'at least 1GB');

function setting<T extends z.ZodType>(
  env: string,
  type: T,
  doc: string,
  extra: { secret?: true } = {},
): Setting<T> {
  return { env, type, doc, ...extra };
}

export const SETTINGS = {
  port: setting('MESHER_PORT', port.default(8080), 'Port of everything: ingestion, stream, REST, web.'),
  host: setting(
    'MESHER_HOST',
    z.string().default('127.0.0.1'),
    'Address to listen on; a container sets 0.0.0.0.',
  ),
  url: setting(
    'MESHER_URL',
    z.url().optional(),
    'Public URL; decides DSNs, allowed Origins and Secure cookies.',
  ),
  dataDir: setting(
    'MESHER_DATA_DIR',
    z.string().default('./.mesher'),
    'Where the embedded PostgreSQL and the instance secret live.',
  ),
  databaseUrl: setting(
    'DATABASE_URL',
    z.string().optional(),
    'External PostgreSQL (15 or newer); unset = embedded.',
    { secret: true },
  ),
  natsUrl: setting(
    'NATS_URL',
    z.string().optional(),
    'NATS server of a cluster. Reserved: this version runs on a single node.',
    {
      secret: true,
    },
  ),
  role: setting(
    'MESHER_ROLE',
    z.string().default('all'),
    '`all`, or a list of ingest, worker, web. Reserved: this version always runs all.',
  ),
  adminEmail: setting(
    'MESHER_ADMIN_EMAIL',
    z.email().optional(),
    'Creates the first admin on an unattended first start.',
  ),
  adminPassword: setting('MESHER_ADMIN_PASSWORD', z.string().min(8).optional(), 'Password of that admin.', {
    secret: true,
  }),
  logLevel: setting(
    'MESHER_LOG_LEVEL',
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    'Lowest level that is logged.',
  ),
  rateLimit: setting(
    'MESHER_RATE_LIMIT',
    z.coerce.number().min(0).default(1000),
    'Events per second a project may send, burst ×10; 0 = off.',
  ),
  wsPort: setting('MESHER_WS_PORT', port.optional(), 'Serves the sockets on a port of their own as well.'),
  trustProxy: setting(
    'MESHER_TRUST_PROXY',
    z.string().default(''),
    'CIDRs whose forwarded headers count, comma separated.',
  ),
  logDays: setting(
    'MESHER_LOG_DAYS',
    z.coerce.number().int().min(1).max(90).default(7),
    'Days a project’s log can be resumed from.',
  ),
  retentionDays: setting(
    'MESHER_RETENTION_DAYS',
    z.coerce.number().int().min(1).max(3650).default(90),
    'Days events are kept; a project’s own setting wins. Issues and their counts stay.',
  ),
  diskBudget: setting(
    'MESHER_DISK_BUDGET',
    size.optional(),
    'Upper bound of the database with its write-ahead log, e.g. 20GB (at least 1GB); beyond, the oldest days of events go.',
  ),
  attachmentBudgetMb: setting(
    'MESHER_ATTACHMENT_BUDGET_MB',
    z.coerce.number().int().min(0).default(5120),
    'Megabytes of attachments kept; beyond, new ones are dropped and counted, events are stored without.',
  ),
  metricsToken: setting(
    'MESHER_METRICS_TOKEN',
    z.string().min(16).optional(),
    'Bearer token for GET /metrics from beyond loopback.',
    { secret: true },
  ),
  smtpUrl: setting(
    'MESHER_SMTP_URL',
    z.url({ protocol: /^smtps?$/ }).optional(),
    'SMTP server for invitations and new passwords, e.g. smtp://user:password@host:587; unset = links are handed over.',
    { secret: true },
  ),
  mailFrom: setting('MESHER_MAIL_FROM', z.string().default('Mesher <mesher@localhost>'), 'Sender of mails.'),
  oidcIssuer: setting(
    'MESHER_OIDC_ISSUER',
    z.url().optional(),
    'OpenID provider for single sign-on; redirect URI: <MESHER_URL>/api/auth/callback/oidc.',
  ),
  oidcClientId: setting('MESHER_OIDC_CLIENT_ID', z.string().optional(), 'Client id at that provider.'),
  oidcClientSecret: setting('MESHER_OIDC_CLIENT_SECRET', z.string().optional(), 'Its secret.', {
    secret: true,
  }),
  oidcName: setting(
    'MESHER_OIDC_NAME',
    z.string().default('single sign-on'),
    'What the button to sign in with it says.',
  ),
  oidcDomains: setting(
    'MESHER_OIDC_DOMAINS',
    z.string().default(''),
    'Domains, comma separated: who signs in with a verified e-mail of one gets an account.',
  ),
  oidcOrganization: setting(
    'MESHER_OIDC_ORGANIZATION',
    z.string().optional(),
    'Slug of the organization such people join as members; default: the oldest.',
  ),
  secret: setting(
    'MESHER_SECRET',
    z.string().min(32).optional(),
    'Signs sessions; unset = made once and kept in the data dir.',
    { secret: true },
  ),
  secureCookies: setting(
    'MESHER_SECURE_COOKIES',
    flag.optional(),
    'Overrides Secure on cookies; default: whether MESHER_URL is https.',
  ),
  digestThreads: setting(
    'MESHER_DIGEST_THREADS',
    z.coerce.number().int().min(1).max(64).optional(),
    'Threads that parse and group events; default: one less than there are cores, 1 to 4.',
  ),
  writerMaxEvents: setting(
    'MESHER_WRITER_MAX_EVENTS',
    z.coerce.number().int().min(1).default(4000),
    'Events waiting for commit before ingestion answers 503.',
  ),
  writerMaxBytes: setting(
    'MESHER_WRITER_MAX_BYTES',
    z.coerce
      .number()
      .int()
      .min(1024)
      .default(64 * 1024 * 1024),
    'Bytes waiting for commit before ingestion answers 503.',
  ),
} as const;

type Settings = typeof SETTINGS;
export type Config = { readonly [K in keyof Settings]: z.output<Settings[K]['type']> };

export type ConfigResult = { kind: 'ok'; config: Config } | { kind: 'invalid'; problems: string[] };

/** Reads the settings from an environment. Every problem is reported, not just the first. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigResult {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [key, row] of Object.entries(SETTINGS)) {
    known.add(row.env);
    const raw = env[row.env];
    const parsed = row.type.safeParse(raw === '' ? undefined : raw);
    if (parsed.success) values[key] = parsed.data;
    else problems.push(`${row.env}: ${parsed.error.issues.map((i) => i.message).join('; ')}`);
  }
  for (const name of Object.keys(env)) {
    if (!name.startsWith('MESHER_') || known.has(name)) continue;
    const near = nearest(name, [...known], 4);
    problems.push(`${name} is not a setting${near ? `; did you mean ${near}?` : ''}`);
  }
  if (problems.length > 0) return { kind: 'invalid', problems };
  return { kind: 'ok', config: values as Config };
}

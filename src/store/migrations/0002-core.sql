-- The product's own tables. Accounts (user, session, organization, member, apikey …) are in 0001.

-- One row: the identity of the log. A restored or reset database gets a new epoch.
create table instance (
  only_row boolean primary key default true check (only_row),
  epoch text not null,
  created_at timestamptz not null default now(),
  -- The one-time set-up link: only its hash is kept.
  setup_hash bytea,
  setup_expires_at timestamptz
);

create table projects (
  id bigint generated always as identity primary key,
  organization_id text not null references organization (id) on delete cascade,
  slug text not null unique check (slug ~ '^[a-z0-9-]+$' and slug ~ '[a-z]'),
  name text not null,
  platform text,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  first_event_at timestamptz
);

create table project_keys (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id) on delete cascade,
  public_key text not null unique check (public_key ~ '^[0-9a-f]{32}$'),
  label text not null default 'Default',
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index project_keys_project on project_keys (project_id);

-- The head of each project's log, and the number of unresolved issues, moved by delta in the same statement.
create table project_log (
  project_id bigint primary key references projects (id) on delete cascade,
  seq bigint not null default 0,
  unresolved integer not null default 0,
  -- Day of the newest entry. It never goes back, so that within a project a higher seq is never in an older partition.
  day date not null default '2000-01-01'
) with (fillfactor = 50);

-- The dense, durable log: what the stream sends. Narrow rows, a partition a day.
create table log (
  day date not null,
  project_id bigint not null,
  seq bigint not null,
  kind smallint not null,           -- 1 event, 2 issue
  ts timestamptz not null,
  issue_id bigint not null,
  body text not null,               -- JSON of the entry without seq, kind, ts, issueId
  primary key (project_id, seq, day)
) partition by range (day);
create table log_days (
  project_id bigint not null,
  day date not null,
  first_seq bigint not null,
  primary key (project_id, day)
);

-- Dedupe: the first of (project, event id) wins, for as long as the events of that day are kept.
create table event_keys (
  project_id bigint not null,
  event_id uuid not null,
  day date not null,
  primary key (project_id, event_id)
) partition by hash (project_id, event_id);
create table event_keys_0 partition of event_keys for values with (modulus 4, remainder 0);
create table event_keys_1 partition of event_keys for values with (modulus 4, remainder 1);
create table event_keys_2 partition of event_keys for values with (modulus 4, remainder 2);
create table event_keys_3 partition of event_keys for values with (modulus 4, remainder 3);

create table issues (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id) on delete cascade,
  status smallint not null default 0,        -- 0 unresolved, 1 resolved, 2 archived
  priority smallint not null default 1,      -- 0 low, 1 medium, 2 high
  level smallint not null,                   -- 0 debug … 4 fatal
  platform text not null,
  type text,
  value text,
  title text not null,
  culprit text not null,
  event_count bigint not null default 0,
  user_count bigint not null default 0,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  first_release text,
  last_release text,
  last_event_id uuid,
  assigned_to text references "user" (id) on delete set null,
  resolved_at timestamptz,
  rev integer not null default 1,
  grouping_version text not null
) with (fillfactor = 80);
create index issues_by_last_seen on issues (project_id, status, last_seen desc, id desc);
create index issues_by_first_seen on issues (project_id, first_seen desc, id desc);
create index issues_by_assignee on issues (assigned_to) where assigned_to is not null;

-- Which issue owns a hash. issue_id null: a tombstone left by `discard`.
create table issue_hashes (
  project_id bigint not null,
  hash bytea not null check (octet_length(hash) = 16),
  issue_id bigint references issues (id) on delete cascade,
  discarded_at timestamptz,
  primary key (project_id, hash),
  check ((issue_id is null) = (discarded_at is not null))
);
create index issue_hashes_by_issue on issue_hashes (issue_id);

-- Payload: compressed JSON of src/event.ts. What is queried is a column; no unique index, no TOAST compression.
create table events (
  day date not null,
  project_id bigint not null,
  event_id uuid not null,
  issue_id bigint not null,
  received_at timestamptz not null,
  occurred_at timestamptz not null,
  level smallint not null,
  environment text,
  release text,
  user_ident text,
  title text not null,
  culprit text not null,
  encoding smallint not null,                -- 0 identity, 1 gzip, 2 brotli
  payload bytea not null
) partition by range (day);
create index events_by_id on events (event_id);
create index events_by_issue on events (issue_id, received_at desc, event_id desc);
create index events_by_project on events (project_id, received_at desc, event_id desc);
alter table events alter column payload set storage external;

-- Who met an issue: 8 bytes of a hash of the user, counted into issues.user_count. Written under the issue's row lock;
-- no foreign key, whose check would cost more than the row: removing an issue removes these rows.
create table issue_users (
  issue_id bigint not null,
  user_hash bigint not null,
  primary key (issue_id, user_hash)
);

create table issue_hours (
  issue_id bigint not null references issues (id) on delete cascade,
  hour timestamptz not null,
  events bigint not null,
  primary key (issue_id, hour)
) with (fillfactor = 80);

create table project_hours (
  project_id bigint not null references projects (id) on delete cascade,
  hour timestamptz not null,
  level smallint not null,
  events bigint not null,
  primary key (project_id, hour, level)
) with (fillfactor = 80);

-- Where did my events go: one row per project, key, category, outcome, reason and hour.
create table outcomes (
  project_id bigint not null references projects (id) on delete cascade,
  key_id bigint not null,
  hour timestamptz not null,
  category text not null,
  outcome text not null,
  reason text not null,
  quantity bigint not null,
  primary key (project_id, hour, key_id, category, outcome, reason)
);

create table issue_activity (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id) on delete cascade,
  issue_id bigint not null references issues (id) on delete cascade,
  kind text not null,
  by_user text references "user" (id) on delete set null,
  at timestamptz not null default now(),
  data jsonb not null default '{}'
);
create index issue_activity_by_issue on issue_activity (issue_id, id desc);

-- An event PostgreSQL refused on its own, kept for the operator; the client was answered 400.
create table quarantine (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id) on delete cascade,
  event_id uuid not null,
  at timestamptz not null default now(),
  sqlstate text not null,
  message text not null,
  payload bytea
);
create index quarantine_by_project on quarantine (project_id, id desc);

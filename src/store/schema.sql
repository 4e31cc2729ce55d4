-- What the migrations make, for reading and review: written and checked by migrate.pg.test.ts, never run.

table account
  id text not null
  accountId text not null
  providerId text not null
  userId text not null
  accessToken text
  refreshToken text
  idToken text
  accessTokenExpiresAt timestamp with time zone
  refreshTokenExpiresAt timestamp with time zone
  scope text
  password text
  createdAt timestamp with time zone not null default CURRENT_TIMESTAMP
  updatedAt timestamp with time zone not null
  constraint account_pkey PRIMARY KEY (id)
  constraint account_userId_fkey FOREIGN KEY ("userId") REFERENCES "user"(id) ON DELETE CASCADE
  CREATE INDEX "account_userId_idx" ON public.account USING btree ("userId")

table apikey
  id text not null
  configId text not null
  name text
  start text
  referenceId text not null
  prefix text
  key text not null
  refillInterval integer
  refillAmount integer
  lastRefillAt timestamp with time zone
  enabled boolean
  rateLimitEnabled boolean
  rateLimitTimeWindow integer
  rateLimitMax integer
  requestCount integer
  remaining integer
  lastRequest timestamp with time zone
  expiresAt timestamp with time zone
  createdAt timestamp with time zone not null
  updatedAt timestamp with time zone not null
  permissions text
  metadata text
  constraint apikey_pkey PRIMARY KEY (id)
  CREATE INDEX "apikey_configId_idx" ON public.apikey USING btree ("configId")
  CREATE INDEX apikey_key_idx ON public.apikey USING btree (key)
  CREATE INDEX "apikey_referenceId_idx" ON public.apikey USING btree ("referenceId")
  CREATE TRIGGER config_change AFTER INSERT OR DELETE ON public.apikey FOR EACH ROW EXECUTE FUNCTION note_config_change('apikey', 'id')
  CREATE TRIGGER config_change_update AFTER UPDATE ON public.apikey FOR EACH ROW WHEN ((((((old.key IS DISTINCT FROM new.key) OR (old."referenceId" IS DISTINCT FROM new."referenceId")) OR (old.enabled IS DISTINCT FROM new.enabled)) OR (old."expiresAt" IS DISTINCT FROM new."expiresAt")) OR (old.permissions IS DISTINCT FROM new.permissions))) EXECUTE FUNCTION note_config_change('apikey', 'id')

table attachment_chunks
  attachment_id uuid not null
  position integer not null
  bytes bytea not null storage e
  constraint attachment_chunks_pkey PRIMARY KEY (attachment_id, "position")

table attachment_uploads
  id uuid not null
  started_at timestamp with time zone not null
  constraint attachment_uploads_pkey PRIMARY KEY (id)
  CREATE INDEX attachment_uploads_by_start ON public.attachment_uploads USING btree (started_at)

table attachments
  id uuid not null
  project_id bigint not null
  event_id uuid not null
  received_at timestamp with time zone not null
  name text not null
  content_type text not null
  kind text not null
  size bigint not null
  constraint attachments_pkey PRIMARY KEY (id)
  CREATE INDEX attachments_by_event ON public.attachments USING btree (project_id, event_id)
  CREATE INDEX attachments_by_project ON public.attachments USING btree (project_id, received_at DESC)

table audit_log
  id bigint not null identity
  at timestamp with time zone not null default now()
  organization_id text
  actor_id text
  actor_email text
  token_id text
  ip text
  action text not null
  target text
  data jsonb not null default '{}'::jsonb
  constraint audit_log_pkey PRIMARY KEY (id)
  CREATE INDEX audit_log_by_organization ON public.audit_log USING btree (organization_id, id DESC)

table check_ins
  project_id bigint not null
  id uuid not null
  monitor_id bigint not null
  status text not null
  environment text
  release text
  started_at timestamp with time zone not null
  updated_at timestamp with time zone not null
  duration_ms bigint
  constraint check_ins_monitor_id_fkey FOREIGN KEY (monitor_id) REFERENCES monitors(id) ON DELETE CASCADE
  constraint check_ins_pkey PRIMARY KEY (project_id, id)
  constraint check_ins_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  CREATE INDEX check_ins_by_monitor ON public.check_ins USING btree (monitor_id, started_at DESC, id DESC)

table config_changes
  id bigint not null identity
  kind text not null
  ref text not null
  at timestamp with time zone not null default now()
  xid xid8 not null default pg_current_xact_id()
  constraint config_changes_pkey PRIMARY KEY (id)
  CREATE INDEX config_changes_by_at ON public.config_changes USING btree (at)
  CREATE INDEX config_changes_by_xid ON public.config_changes USING btree (xid)

table event_days with (fillfactor=80)
  project_id bigint not null
  day date not null
  events bigint not null
  bytes bigint not null
  constraint event_days_pkey PRIMARY KEY (project_id, day)
  constraint event_days_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE

table event_keys partition by HASH (project_id, event_id)
  project_id bigint not null
  event_id uuid not null
  day date not null
  constraint event_keys_pkey PRIMARY KEY (project_id, event_id)

table event_keys_0 partition of event_keys FOR VALUES WITH (modulus 4, remainder 0)

table event_keys_1 partition of event_keys FOR VALUES WITH (modulus 4, remainder 1)

table event_keys_2 partition of event_keys FOR VALUES WITH (modulus 4, remainder 2)

table event_keys_3 partition of event_keys FOR VALUES WITH (modulus 4, remainder 3)

table events partition by RANGE (day)
  day date not null
  project_id bigint not null
  event_id uuid not null
  issue_id bigint not null
  received_at timestamp with time zone not null
  occurred_at timestamp with time zone not null
  level smallint not null
  environment text
  release text
  user_ident text
  title text not null
  culprit text not null
  encoding smallint not null
  payload bytea not null storage e
  hash bytea
  terms text[]
  search_text text
  handled boolean
  is_new boolean
  is_regression boolean
  CREATE INDEX events_by_id ON ONLY public.events USING btree (event_id)
  CREATE INDEX events_by_issue ON ONLY public.events USING btree (issue_id, received_at DESC, event_id DESC)
  CREATE INDEX events_by_project ON ONLY public.events USING btree (project_id, received_at DESC, event_id DESC)
  CREATE INDEX events_by_term ON ONLY public.events USING gin (terms) WITH (gin_pending_list_limit='512')

table feedback
  project_id bigint not null
  id uuid not null
  event_id uuid
  source text not null
  name text
  email text
  message text not null
  url text
  environment text
  release text
  received_at timestamp with time zone not null
  constraint feedback_pkey PRIMARY KEY (project_id, id)
  constraint feedback_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  CREATE INDEX feedback_by_event ON public.feedback USING btree (project_id, event_id) WHERE (event_id IS NOT NULL)
  CREATE INDEX feedback_by_time ON public.feedback USING btree (project_id, received_at DESC, id DESC)

table hash_days with (fillfactor=80)
  project_id bigint not null
  day date not null
  hash bytea not null
  events bigint not null
  constraint hash_days_pkey PRIMARY KEY (project_id, day, hash)

table hash_minutes with (fillfactor=80)
  project_id bigint not null
  hash bytea not null
  at timestamp with time zone not null
  events bigint not null
  constraint hash_minutes_pkey PRIMARY KEY (project_id, hash, at)

table hash_quarters with (fillfactor=80)
  project_id bigint not null
  hash bytea not null
  at timestamp with time zone not null
  events bigint not null
  constraint hash_quarters_pkey PRIMARY KEY (project_id, hash, at)

table hash_tag_counts with (fillfactor=80)
  project_id bigint not null
  hash bytea not null
  counts json not null
  constraint hash_tag_counts_pkey PRIMARY KEY (project_id, hash)

table hash_tags
  project_id bigint not null
  key text not null
  value text not null
  hash bytea not null
  constraint hash_tags_pkey PRIMARY KEY (project_id, key, value, hash)
  CREATE INDEX hash_tags_by_hash ON public.hash_tags USING btree (project_id, hash, key, value)

table instance
  only_row boolean not null default true
  epoch text not null
  created_at timestamp with time zone not null default now()
  setup_hash bytea
  setup_expires_at timestamp with time zone
  constraint instance_only_row_check CHECK (only_row)
  constraint instance_pkey PRIMARY KEY (only_row)

table invitation
  id text not null
  organizationId text not null
  email text not null
  role text
  status text not null
  expiresAt timestamp with time zone not null
  createdAt timestamp with time zone not null default CURRENT_TIMESTAMP
  inviterId text not null
  token_hash bytea
  constraint invitation_inviterId_fkey FOREIGN KEY ("inviterId") REFERENCES "user"(id) ON DELETE CASCADE
  constraint invitation_organizationId_fkey FOREIGN KEY ("organizationId") REFERENCES organization(id) ON DELETE CASCADE
  constraint invitation_pkey PRIMARY KEY (id)
  constraint invitation_token_hash_key UNIQUE (token_hash)
  CREATE INDEX invitation_email_idx ON public.invitation USING btree (email)
  CREATE INDEX "invitation_organizationId_idx" ON public.invitation USING btree ("organizationId")

table issue_activity
  id bigint not null identity
  project_id bigint not null
  issue_id bigint not null
  kind text not null
  by_user text
  at timestamp with time zone not null default now()
  data jsonb not null default '{}'::jsonb
  constraint issue_activity_by_user_fkey FOREIGN KEY (by_user) REFERENCES "user"(id) ON DELETE SET NULL
  constraint issue_activity_issue_id_fkey FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
  constraint issue_activity_pkey PRIMARY KEY (id)
  constraint issue_activity_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  CREATE INDEX issue_activity_by_issue ON public.issue_activity USING btree (issue_id, id DESC)

table issue_distinctions
  issue_id bigint not null
  other_id bigint not null
  constraint issue_distinctions_check CHECK ((issue_id < other_id))
  constraint issue_distinctions_issue_id_fkey FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
  constraint issue_distinctions_other_id_fkey FOREIGN KEY (other_id) REFERENCES issues(id) ON DELETE CASCADE
  constraint issue_distinctions_pkey PRIMARY KEY (issue_id, other_id)
  CREATE INDEX issue_distinctions_by_other ON public.issue_distinctions USING btree (other_id)

table issue_hashes
  project_id bigint not null
  hash bytea not null
  issue_id bigint
  discarded_at timestamp with time zone
  merged_from bigint
  constraint issue_hashes_check CHECK (((issue_id IS NULL) = (discarded_at IS NOT NULL)))
  constraint issue_hashes_hash_check CHECK ((octet_length(hash) = 16))
  constraint issue_hashes_issue_id_fkey FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
  constraint issue_hashes_pkey PRIMARY KEY (project_id, hash)
  CREATE INDEX issue_hashes_by_issue ON public.issue_hashes USING btree (issue_id)

table issue_hours with (fillfactor=80)
  issue_id bigint not null
  hour timestamp with time zone not null
  events bigint not null
  constraint issue_hours_issue_id_fkey FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
  constraint issue_hours_pkey PRIMARY KEY (issue_id, hour)

table issue_moves
  id bigint not null identity
  project_id bigint not null
  from_id bigint not null
  to_id bigint
  done bigint not null default 0
  total bigint not null
  hashes bytea[]
  after_received timestamp with time zone not null default 'infinity'::timestamp with time zone
  after_event uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
  constraint issue_moves_pkey PRIMARY KEY (id)
  constraint issue_moves_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  CREATE INDEX issue_moves_by_target ON public.issue_moves USING btree (to_id)

table issue_redirects
  issue_id bigint not null
  project_id bigint not null
  target_id bigint not null
  rev integer not null
  merged_at timestamp with time zone not null
  title_key uuid
  constraint issue_redirects_pkey PRIMARY KEY (issue_id)
  constraint issue_redirects_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  constraint issue_redirects_target_id_fkey FOREIGN KEY (target_id) REFERENCES issues(id) ON DELETE CASCADE
  CREATE INDEX issue_redirects_by_target ON public.issue_redirects USING btree (target_id)

table issue_texts
  issue_id bigint not null
  hash uuid not null
  text text not null
  constraint issue_texts_issue_id_fkey FOREIGN KEY (issue_id) REFERENCES issues(id) ON DELETE CASCADE
  constraint issue_texts_pkey PRIMARY KEY (issue_id, hash)
  CREATE INDEX issue_texts_by_trigram ON public.issue_texts USING gin (text gin_trgm_ops)

table issue_users
  issue_id bigint not null
  user_hash bigint not null
  constraint issue_users_pkey PRIMARY KEY (issue_id, user_hash)

table issues with (fillfactor=80)
  id bigint not null identity
  project_id bigint not null
  status smallint not null default 0
  priority smallint not null default 1
  level smallint not null
  platform text not null
  type text
  value text
  title text not null
  culprit text not null
  event_count bigint not null default 0
  user_count bigint not null default 0
  first_seen timestamp with time zone not null
  last_seen timestamp with time zone not null
  first_release text
  last_release text
  last_event_id uuid
  assigned_to text
  resolved_at timestamp with time zone
  rev integer not null default 1
  grouping_version text not null
  condition jsonb
  priority_by_user boolean not null default false
  unmerged_at timestamp with time zone
  title_key uuid
  constraint issues_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES "user"(id) ON DELETE SET NULL
  constraint issues_pkey PRIMARY KEY (id)
  constraint issues_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  CREATE INDEX issues_by_assignee ON public.issues USING btree (assigned_to) WHERE (assigned_to IS NOT NULL)
  CREATE INDEX issues_by_first_seen ON public.issues USING btree (project_id, first_seen DESC, id DESC)
  CREATE INDEX issues_by_last_seen ON public.issues USING btree (project_id, status, last_seen DESC, id DESC)
  CREATE INDEX issues_by_title_key ON public.issues USING btree (project_id, title_key)
  CREATE INDEX issues_waiting ON public.issues USING btree (id) WHERE ((status = 2) AND (condition IS NOT NULL))

table leases with (fillfactor=50)
  name text not null
  holder text not null
  until timestamp with time zone not null
  constraint leases_pkey PRIMARY KEY (name)

table log partition by RANGE (day)
  day date not null
  project_id bigint not null
  seq bigint not null
  kind smallint not null
  ts timestamp with time zone not null
  issue_id bigint not null
  body text not null
  constraint log_pkey PRIMARY KEY (project_id, seq, day)

table log_days
  project_id bigint not null
  day date not null
  first_seq bigint not null
  constraint log_days_pkey PRIMARY KEY (project_id, day)

table member
  id text not null
  organizationId text not null
  userId text not null
  role text not null
  createdAt timestamp with time zone not null
  constraint member_organizationId_fkey FOREIGN KEY ("organizationId") REFERENCES organization(id) ON DELETE CASCADE
  constraint member_pkey PRIMARY KEY (id)
  constraint member_userId_fkey FOREIGN KEY ("userId") REFERENCES "user"(id) ON DELETE CASCADE
  CREATE INDEX "member_organizationId_idx" ON public.member USING btree ("organizationId")
  CREATE INDEX "member_userId_idx" ON public.member USING btree ("userId")
  CREATE TRIGGER config_change AFTER INSERT OR DELETE OR UPDATE ON public.member FOR EACH ROW EXECUTE FUNCTION note_config_change('member', 'userId')

table migrations
  name text not null
  checksum text not null
  applied_at timestamp with time zone not null default now()
  constraint migrations_pkey PRIMARY KEY (name)

table monitors
  id bigint not null identity
  project_id bigint not null
  slug text not null
  config jsonb not null default '{}'::jsonb
  created_at timestamp with time zone not null
  last_status text
  last_check_in_at timestamp with time zone
  constraint monitors_pkey PRIMARY KEY (id)
  constraint monitors_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  constraint monitors_project_id_slug_key UNIQUE (project_id, slug)

table organization
  id text not null
  name text not null
  slug text not null
  logo text
  createdAt timestamp with time zone not null
  metadata text
  constraint organization_pkey PRIMARY KEY (id)
  constraint organization_slug_key UNIQUE (slug)
  CREATE TRIGGER config_change AFTER INSERT OR DELETE OR UPDATE ON public.organization FOR EACH ROW EXECUTE FUNCTION note_config_change('organization', 'id')

table outcomes
  project_id bigint not null
  key_id bigint not null
  hour timestamp with time zone not null
  category text not null
  outcome text not null
  reason text not null
  quantity bigint not null
  constraint outcomes_pkey PRIMARY KEY (project_id, hour, key_id, category, outcome, reason)
  constraint outcomes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE

table password_links
  hash bytea not null
  user_id text not null
  expires_at timestamp with time zone not null
  constraint password_links_pkey PRIMARY KEY (hash)
  constraint password_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES "user"(id) ON DELETE CASCADE
  CREATE INDEX password_links_by_user ON public.password_links USING btree (user_id)

table project_counts with (fillfactor=80)
  project_id bigint not null
  at timestamp with time zone not null
  level smallint not null
  environment text not null
  events bigint not null
  constraint project_counts_pkey PRIMARY KEY (project_id, at, level, environment)
  constraint project_counts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE

table project_keys
  id bigint not null identity
  project_id bigint not null
  public_key text not null
  label text not null default 'Default'::text
  created_at timestamp with time zone not null default now()
  revoked_at timestamp with time zone
  constraint project_keys_pkey PRIMARY KEY (id)
  constraint project_keys_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  constraint project_keys_public_key_check CHECK ((public_key ~ '^[0-9a-f]{32}$'::text))
  constraint project_keys_public_key_key UNIQUE (public_key)
  CREATE INDEX project_keys_project ON public.project_keys USING btree (project_id)
  CREATE TRIGGER config_change AFTER INSERT OR DELETE OR UPDATE ON public.project_keys FOR EACH ROW EXECUTE FUNCTION note_config_change('project_key', 'id')

table project_log with (fillfactor=50)
  project_id bigint not null
  seq bigint not null default 0
  unresolved integer not null default 0
  day date not null default '2000-01-01'::date
  unresolved_levels integer[] not null default '{0,0,0,0,0}'::integer[]
  constraint project_log_pkey PRIMARY KEY (project_id)
  constraint project_log_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE

table project_tags
  project_id bigint not null
  day date not null
  counts json not null
  constraint project_tags_pkey PRIMARY KEY (project_id, day)

table projects
  id bigint not null identity
  organization_id text not null
  slug text not null
  name text not null
  platform text
  settings jsonb not null default '{}'::jsonb
  created_at timestamp with time zone not null default now()
  first_event_at timestamp with time zone
  constraint projects_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE
  constraint projects_pkey PRIMARY KEY (id)
  constraint projects_slug_check CHECK (((slug ~ '^[a-z0-9-]+$'::text) AND (slug ~ '[a-z]'::text)))
  constraint projects_slug_key UNIQUE (slug)
  CREATE TRIGGER config_change AFTER INSERT OR DELETE ON public.projects FOR EACH ROW EXECUTE FUNCTION note_config_change('project', 'id')
  CREATE TRIGGER config_change_update AFTER UPDATE ON public.projects FOR EACH ROW WHEN ((((((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.slug IS DISTINCT FROM new.slug)) OR (old.name IS DISTINCT FROM new.name)) OR (old.platform IS DISTINCT FROM new.platform)) OR (old.settings IS DISTINCT FROM new.settings))) EXECUTE FUNCTION note_config_change('project', 'id')

table quarantine
  id bigint not null identity
  project_id bigint not null
  event_id uuid not null
  at timestamp with time zone not null default now()
  sqlstate text not null
  message text not null
  payload bytea
  constraint quarantine_pkey PRIMARY KEY (id)
  constraint quarantine_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  CREATE INDEX quarantine_by_project ON public.quarantine USING btree (project_id, id DESC)

table release_counts with (fillfactor=80)
  project_id bigint not null
  at timestamp with time zone not null
  release text not null
  events bigint not null
  constraint release_counts_pkey PRIMARY KEY (project_id, at, release)
  constraint release_counts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE

table release_sessions with (fillfactor=80)
  project_id bigint not null
  release text not null
  environment text not null
  hour timestamp with time zone not null
  status text not null
  sessions bigint not null
  constraint release_sessions_pkey PRIMARY KEY (project_id, hour, release, environment, status)
  constraint release_sessions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE

table release_times
  project_id bigint not null
  release text not null
  first_seen timestamp with time zone not null
  constraint release_times_pkey PRIMARY KEY (project_id, release)
  constraint release_times_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE

table saved_searches
  id bigint not null identity
  project_id bigint not null
  private_to text
  created_by text
  name text not null
  query text not null
  sort text not null
  created_at timestamp with time zone not null default now()
  constraint saved_searches_created_by_fkey FOREIGN KEY (created_by) REFERENCES "user"(id) ON DELETE SET NULL
  constraint saved_searches_pkey PRIMARY KEY (id)
  constraint saved_searches_private_to_fkey FOREIGN KEY (private_to) REFERENCES "user"(id) ON DELETE CASCADE
  constraint saved_searches_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
  CREATE INDEX saved_searches_by_created_by ON public.saved_searches USING btree (created_by)
  CREATE UNIQUE INDEX saved_searches_by_name ON public.saved_searches USING btree (project_id, COALESCE(private_to, ''::text), lower(name))
  CREATE INDEX saved_searches_by_private_to ON public.saved_searches USING btree (private_to)
  CREATE TRIGGER config_change AFTER INSERT OR DELETE OR UPDATE ON public.saved_searches FOR EACH ROW EXECUTE FUNCTION note_config_change('saved_searches', 'project_id')

table session
  id text not null
  expiresAt timestamp with time zone not null
  token text not null
  createdAt timestamp with time zone not null default CURRENT_TIMESTAMP
  updatedAt timestamp with time zone not null
  ipAddress text
  userAgent text
  userId text not null
  activeOrganizationId text
  constraint session_pkey PRIMARY KEY (id)
  constraint session_token_key UNIQUE (token)
  constraint session_userId_fkey FOREIGN KEY ("userId") REFERENCES "user"(id) ON DELETE CASCADE
  CREATE INDEX "session_userId_idx" ON public.session USING btree ("userId")
  CREATE TRIGGER config_change AFTER DELETE ON public.session FOR EACH ROW EXECUTE FUNCTION note_config_change('session', 'id')
  CREATE TRIGGER config_change_update AFTER UPDATE ON public.session FOR EACH ROW WHEN ((((old.token IS DISTINCT FROM new.token) OR (old."userId" IS DISTINCT FROM new."userId")) OR (old."expiresAt" IS DISTINCT FROM new."expiresAt"))) EXECUTE FUNCTION note_config_change('session', 'id')

table stream_tokens
  hash bytea not null
  user_id text not null
  credential_kind text not null
  credential_id text not null
  projects bigint[] not null
  expires_at timestamp with time zone not null
  taken_at timestamp with time zone
  repeats boolean not null default false
  takes integer not null default 0
  constraint stream_tokens_credential_kind_check CHECK ((credential_kind = ANY (ARRAY['session'::text, 'token'::text])))
  constraint stream_tokens_pkey PRIMARY KEY (hash)
  constraint stream_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES "user"(id) ON DELETE CASCADE
  CREATE INDEX stream_tokens_by_expiry ON public.stream_tokens USING btree (expires_at)

table tag_deltas
  id bigint not null identity
  body json not null storage e
  constraint tag_deltas_pkey PRIMARY KEY (id)

table twoFactor
  id text not null
  secret text not null
  backupCodes text not null
  userId text not null
  verified boolean
  failedVerificationCount integer
  lockedUntil timestamp with time zone
  constraint twoFactor_pkey PRIMARY KEY (id)
  constraint twoFactor_userId_fkey FOREIGN KEY ("userId") REFERENCES "user"(id) ON DELETE CASCADE
  CREATE INDEX "twoFactor_secret_idx" ON public."twoFactor" USING btree (secret)
  CREATE INDEX "twoFactor_userId_idx" ON public."twoFactor" USING btree ("userId")

table used_codes
  user_id text not null
  code text not null
  used_at timestamp with time zone not null
  constraint used_codes_pkey PRIMARY KEY (user_id, code)
  constraint used_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES "user"(id) ON DELETE CASCADE

table user
  id text not null
  name text not null
  email text not null
  emailVerified boolean not null
  image text
  createdAt timestamp with time zone not null default CURRENT_TIMESTAMP
  updatedAt timestamp with time zone not null default CURRENT_TIMESTAMP
  isInstanceAdmin boolean
  twoFactorEnabled boolean default false
  constraint user_email_key UNIQUE (email)
  constraint user_pkey PRIMARY KEY (id)
  CREATE TRIGGER config_change AFTER INSERT OR DELETE ON public."user" FOR EACH ROW EXECUTE FUNCTION note_config_change('user', 'id')
  CREATE TRIGGER config_change_update AFTER UPDATE ON public."user" FOR EACH ROW WHEN ((((old.email IS DISTINCT FROM new.email) OR (old.name IS DISTINCT FROM new.name)) OR (old."isInstanceAdmin" IS DISTINCT FROM new."isInstanceAdmin"))) EXECUTE FUNCTION note_config_change('user', 'id')
  CREATE TRIGGER two_factor_change AFTER UPDATE ON public."user" FOR EACH ROW WHEN ((COALESCE(old."twoFactorEnabled", false) IS DISTINCT FROM COALESCE(new."twoFactorEnabled", false))) EXECUTE FUNCTION note_two_factor()

table verification
  id text not null
  identifier text not null
  value text not null
  expiresAt timestamp with time zone not null
  createdAt timestamp with time zone not null default CURRENT_TIMESTAMP
  updatedAt timestamp with time zone not null default CURRENT_TIMESTAMP
  constraint verification_pkey PRIMARY KEY (id)
  CREATE INDEX verification_identifier_idx ON public.verification USING btree (identifier)

view issue_tags
 SELECT h.project_id,
    h.issue_id,
    h.hash,
    t.key,
    t.value
   FROM (hash_tags t
     JOIN issue_hashes h ON (((h.project_id = t.project_id) AND (h.hash = t.hash))))
  WHERE (h.issue_id IS NOT NULL);

CREATE OR REPLACE FUNCTION public.note_config_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  -- Moved from one to another, a row concerns both.
  refs text[] := array[]::text[];
begin
  if tg_op <> 'INSERT' then refs := refs || (to_jsonb(old) ->> tg_argv[1]); end if;
  if tg_op <> 'DELETE' then refs := refs || (to_jsonb(new) ->> tg_argv[1]); end if;
  if refs[1] = refs[2] then refs := refs[1:1]; end if;
  insert into config_changes (kind, ref) select tg_argv[0], r from unnest(refs) as r where r is not null;
  -- Equal notifications of one transaction are sent once.
  perform pg_notify('mesher_config', '');
  return null;
end
$function$

CREATE OR REPLACE FUNCTION public.note_two_factor()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into audit_log (actor_id, actor_email, action, target)
  select u.id, u.email, case when new."twoFactorEnabled" then 'two_factor.enable' else 'two_factor.disable' end, u.id
  from "user" u where u.id = new.id;
  return null;
end
$function$

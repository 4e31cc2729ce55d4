-- Who changed what, written in the transaction of the change. No foreign keys: the log outlives whom it names.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- Null: of the instance or of a person alone.
  organization_id text,
  -- Null: the command line, or somebody without an account.
  actor_id text,
  actor_email text,
  token_id text,
  ip text,
  action text not null,
  target text,
  data jsonb not null default '{}'
);
create index audit_log_by_organization on audit_log (organization_id, id desc);

-- An invitation is opened with a link of which only the hash is kept.
alter table invitation add column token_hash bytea unique;

-- Tokens that open one stream where no header can be set: kept as hashes, for minutes.
create table stream_tokens (
  hash bytea primary key,
  user_id text not null references "user" (id) on delete cascade,
  -- What it was made with: when that ends, so does the stream.
  credential_kind text not null check (credential_kind in ('session', 'token')),
  credential_id text not null,
  projects bigint[] not null,
  expires_at timestamptz not null,
  taken_at timestamptz,
  -- Taken by an EventSource, which reconnects to the same address.
  repeats boolean not null default false
);
create index stream_tokens_by_expiry on stream_tokens (expires_at);

-- Codes of authenticator apps that have signed somebody in: each works once, though it is valid for a minute and a half.
create table used_codes (
  user_id text not null references "user" (id) on delete cascade,
  code text not null,
  used_at timestamptz not null,
  primary key (user_id, code)
);

-- Links that set a new password, mailed or made by an admin of the instance; of each only the hash is kept.
create table password_links (
  hash bytea primary key,
  user_id text not null references "user" (id) on delete cascade,
  expires_at timestamptz not null
);
create index password_links_by_user on password_links (user_id);

-- The second factor, as the library's own schema compiler makes its tables.
alter table "user" add column "twoFactorEnabled" boolean default false;

create table "twoFactor" (
  "id" text not null primary key,
  "secret" text not null,
  "backupCodes" text not null,
  "userId" text not null references "user" ("id") on delete cascade,
  "verified" boolean,
  "failedVerificationCount" integer,
  "lockedUntil" timestamptz);

create index "twoFactor_secret_idx" on "twoFactor" ("secret");

create index "twoFactor_userId_idx" on "twoFactor" ("userId");

-- The library turns it on and off in transactions of its own: the audit entry is written by the database in the same one.
create function note_two_factor() returns trigger language plpgsql as $$
begin
  insert into audit_log (actor_id, actor_email, action, target)
  select u.id, u.email, case when new."twoFactorEnabled" then 'two_factor.enable' else 'two_factor.disable' end, u.id
  from "user" u where u.id = new.id;
  return null;
end
$$;

create trigger two_factor_change after update on "user" for each row
  when (coalesce(old."twoFactorEnabled", false) is distinct from coalesce(new."twoFactorEnabled", false))
  execute function note_two_factor();

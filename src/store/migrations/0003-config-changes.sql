-- Every change of access or settings leaves a row and a notification in its own transaction, whoever makes it: this
-- program, the auth library, the command line or plain SQL. Nodes read the rows; the notification only wakes them.
create table config_changes (
  id bigint generated always as identity primary key,
  kind text not null,
  ref text not null,
  at timestamptz not null default now(),
  -- Ids are taken before commit, so a reader that only remembers the highest id would miss a slow transaction.
  xid xid8 not null default pg_current_xact_id()
);
create index config_changes_by_xid on config_changes (xid);
create index config_changes_by_at on config_changes (at);

-- Arguments: kind, and the column whose value is the ref.
create function note_config_change() returns trigger language plpgsql as $$
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
$$;

create trigger config_change after insert or delete on "user"
  for each row execute function note_config_change('user', 'id');
create trigger config_change_update after update on "user" for each row
  when ((old.email, old.name, old."isInstanceAdmin") is distinct from (new.email, new.name, new."isInstanceAdmin"))
  execute function note_config_change('user', 'id');

-- A new session changes nothing for anybody yet.
create trigger config_change after delete on session
  for each row execute function note_config_change('session', 'id');
create trigger config_change_update after update on session for each row
  when ((old.token, old."userId", old."expiresAt") is distinct from (new.token, new."userId", new."expiresAt"))
  execute function note_config_change('session', 'id');

create trigger config_change after insert or update or delete on member
  for each row execute function note_config_change('member', 'userId');
create trigger config_change after insert or update or delete on organization
  for each row execute function note_config_change('organization', 'id');

-- The library counts each use of a key in its row: that is no change of access.
create trigger config_change after insert or delete on apikey
  for each row execute function note_config_change('apikey', 'id');
create trigger config_change_update after update on apikey for each row
  when ((old.key, old."referenceId", old.enabled, old."expiresAt", old.permissions)
    is distinct from (new.key, new."referenceId", new.enabled, new."expiresAt", new.permissions))
  execute function note_config_change('apikey', 'id');

-- Not when its first event comes.
create trigger config_change after insert or delete on projects
  for each row execute function note_config_change('project', 'id');
create trigger config_change_update after update on projects for each row
  when ((old.organization_id, old.slug, old.name, old.platform, old.settings)
    is distinct from (new.organization_id, new.slug, new.name, new.platform, new.settings))
  execute function note_config_change('project', 'id');

create trigger config_change after insert or update or delete on project_keys
  for each row execute function note_config_change('project_key', 'id');

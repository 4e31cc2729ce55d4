-- Searches that people keep, of a project: their own, or for everybody who reads the project.
create table saved_searches (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id) on delete cascade,
  -- null: everybody's, which stays when its author goes.
  private_to text references "user" (id) on delete cascade,
  created_by text references "user" (id) on delete set null,
  name text not null,
  query text not null,
  sort text not null,
  created_at timestamptz not null default now()
);
-- One name among everybody's, and among those of one person.
create unique index saved_searches_by_name on saved_searches (project_id, coalesce(private_to, ''), lower(name));
create index saved_searches_by_private_to on saved_searches (private_to);
create index saved_searches_by_created_by on saved_searches (created_by);

-- No change of access: pages that show the project's searches ask for them again.
create trigger config_change after insert or update or delete on saved_searches
  for each row execute function note_config_change('saved_searches', 'project_id');

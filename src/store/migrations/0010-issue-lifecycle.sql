-- What ends `resolved` or `archived` other than a person (src/store/issue-condition.ts), whose priority it is, and which
-- events a hash has, so that merged issues can be taken apart again.

alter table issues
  add column condition jsonb,
  add column priority_by_user boolean not null default false,
  add column unmerged_at timestamptz;

-- Few archived issues wait for something; the timers look at these every minute.
create index issues_waiting on issues (id) where status = 2 and condition is not null;

-- The event's first hash: by it the event goes along when its hash is moved to another issue. Null: stored before this.
alter table events add column hash bytea;

-- When a project was first heard from in a release: the order of releases that are no semantic versions.
create table release_times (
  project_id bigint not null references projects (id) on delete cascade,
  release text not null,
  first_seen timestamptz not null,
  primary key (project_id, release)
);

-- Events of a project by the minute they happened, level and environment ('' is none); after two days by the quarter of an
-- hour, which every time zone's hours and days are made of. Written in the batch. What was counted by the hour stays so.
create table project_counts (
  project_id bigint not null references projects (id) on delete cascade,
  at timestamptz not null,
  level smallint not null,
  environment text collate "C" not null,
  events bigint not null,
  primary key (project_id, at, level, environment)
) with (fillfactor = 80);
insert into project_counts (project_id, at, level, environment, events)
select project_id, hour, level, '', events from project_hours;
drop table project_hours;

-- Events by release, in quarters of an hour.
create table release_counts (
  project_id bigint not null references projects (id) on delete cascade,
  at timestamptz not null,
  release text collate "C" not null,
  events bigint not null,
  primary key (project_id, at, release)
) with (fillfactor = 80);

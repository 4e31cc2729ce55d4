-- Events by the time they happened, of each hash, as tags are: they follow the hash in a merge or an unmerge. Minutes for
-- two days and quarters of an hour for the timeline of an issue (every zone's hours and days are made of quarters), days
-- of UTC for the issues of a project with the most events. Added up once a second beside the tags (tag-roll-up.ts).
create table hash_minutes (
  project_id bigint not null,
  hash bytea not null,
  at timestamptz not null,
  events bigint not null,
  primary key (project_id, hash, at)
) with (fillfactor = 80);

create table hash_quarters (
  project_id bigint not null,
  hash bytea not null,
  at timestamptz not null,
  events bigint not null,
  primary key (project_id, hash, at)
) with (fillfactor = 80);

-- By day first: a range of days of a project is read in one go.
create table hash_days (
  project_id bigint not null,
  day date not null,
  hash bytea not null,
  events bigint not null,
  primary key (project_id, day, hash)
) with (fillfactor = 80);

-- Tags of a project's events by the day they happened, as hash_tag_counts has them of a hash. Counted from now on.
create table project_tags (
  project_id bigint not null,
  day date not null,
  counts json not null,
  primary key (project_id, day)
);

-- What was counted so far is known by the hour and the issue: it goes to one of its hashes.
insert into hash_quarters (project_id, hash, at, events)
select o.project_id, o.hash, h.hour, h.events
from issue_hours h join (
  select distinct on (issue_id) issue_id, project_id, hash from issue_hashes where issue_id is not null order by issue_id, hash
) o on o.issue_id = h.issue_id
where h.hour >= now() - interval '90 days' and h.events > 0;

insert into hash_days (project_id, day, hash, events)
select project_id, (at at time zone 'UTC')::date, hash, sum(events) from hash_quarters group by 1, 2, 3;

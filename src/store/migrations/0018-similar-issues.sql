-- Issues that should perhaps be one: equal in what is left of their titles without ids and numbers. Set once, by the
-- first event that has one; and pairs of which a person said that they are two.

alter table issues add column title_key uuid;
create index issues_by_title_key on issues (project_id, title_key);

create table issue_distinctions (
  issue_id bigint not null references issues (id) on delete cascade,
  other_id bigint not null references issues (id) on delete cascade,
  primary key (issue_id, other_id),
  check (issue_id < other_id)
);
create index issue_distinctions_by_other on issue_distinctions (other_id);

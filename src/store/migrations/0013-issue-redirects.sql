-- Where the issue went that has this id no more, and which hashes it brought: its links keep working, and taken apart
-- again it is the issue it was.

create table issue_redirects (
  issue_id bigint primary key,
  project_id bigint not null references projects (id) on delete cascade,
  target_id bigint not null references issues (id) on delete cascade,
  -- The last one told of it: viewers take only greater ones.
  rev integer not null,
  merged_at timestamptz not null
);
create index issue_redirects_by_target on issue_redirects (target_id);

alter table issue_hashes add column merged_from bigint;

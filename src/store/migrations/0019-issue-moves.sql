-- What is left to do after issues were merged or removed: their events and users, in portions. A process that ends in
-- between leaves the rest to the next.

create table issue_moves (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id) on delete cascade,
  -- Gone; its events still name it.
  from_id bigint not null,
  -- Null: they are deleted.
  to_id bigint,
  done bigint not null default 0,
  -- As counted when it began.
  total bigint not null
);
create index issue_moves_by_target on issue_moves (to_id);

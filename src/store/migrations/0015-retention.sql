-- What each project stored on each day, for retention and for the storage page; and leases, by which one node at a time
-- does what is to be done once.

create table event_days (
  project_id bigint not null references projects (id) on delete cascade,
  day date not null,
  events bigint not null,
  -- Of their payloads, as stored.
  bytes bigint not null,
  primary key (project_id, day)
) with (fillfactor = 80);

insert into event_days (project_id, day, events, bytes)
select e.project_id, e.day, count(*), sum(octet_length(e.payload))
from events e join projects p on p.id = e.project_id group by 1, 2;

-- Renewed every second: not worth any write-ahead log, and rightly empty after a crash of the database.
create unlogged table leases (
  name text primary key,
  holder text not null,
  until timestamptz not null
) with (fillfactor = 50);

-- Unresolved issues by level (debug, info, warning, error, fatal), moved together with their sum.
alter table project_log add unresolved_levels integer[] not null default '{0,0,0,0,0}';

update project_log as head
set unresolved_levels = array[found.l0, found.l1, found.l2, found.l3, found.l4]
from (
  select project_id, count(*) filter (where level = 0)::integer as l0, count(*) filter (where level = 1)::integer as l1,
    count(*) filter (where level = 2)::integer as l2, count(*) filter (where level = 3)::integer as l3,
    count(*) filter (where level = 4)::integer as l4
  from issues where status = 0 group by project_id
) as found
where head.project_id = found.project_id;

-- One row a hash instead of one a tag: adding up cost 15 to 20 µs a row, and an event has about 16 tags. Which hash has
-- which tag is a table of its own, written once for each: an index nobody touches while counts grow.

drop view issue_tags;
drop table hash_tags;

create table hash_tags (
  project_id bigint not null,
  key text collate "C" not null,
  value text collate "C" not null,
  hash bytea not null,
  primary key (project_id, key, value, hash)
);
-- From an issue to its tags, whatever is asked of the value.
create index hash_tags_by_hash on hash_tags (project_id, hash, key, value);

-- [[key, [[value, events], …]], …]; the value '' stands for all beyond the bound, no tag has it.
create table hash_tag_counts (
  project_id bigint not null,
  hash bytea not null,
  counts json not null,
  primary key (project_id, hash)
) with (fillfactor = 80);

create view issue_tags as
  select h.project_id, h.issue_id, h.hash, t.key, t.value
  from hash_tags t join issue_hashes h on h.project_id = t.project_id and h.hash = t.hash
  where h.issue_id is not null;

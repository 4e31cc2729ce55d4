-- The tags of an issue's events, counted. By hash and not by issue: a merge or an unmerge moves hashes, and the counts
-- are right at once.

create table hash_tags (
  project_id bigint not null,
  hash bytea not null,
  key text collate "C" not null,
  -- '' stands for all values beyond the bound; no tag has that value.
  value text collate "C" not null,
  events bigint not null,
  primary key (project_id, hash, key, value)
) with (fillfactor = 80);

-- "Issues of a project that have this tag": never written by a count that only grows.
create index hash_tags_by_value on hash_tags (project_id, key, value, hash);

-- What batches counted and nobody has added up yet: one row a batch, read once and deleted.
create table tag_deltas (
  id bigint generated always as identity primary key,
  body json not null
);
alter table tag_deltas alter column body set storage external;

create view issue_tags as
  select h.project_id, h.issue_id, h.hash, t.key, t.value, t.events
  from hash_tags t join issue_hashes h on h.project_id = t.project_id and h.hash = t.hash
  where h.issue_id is not null;

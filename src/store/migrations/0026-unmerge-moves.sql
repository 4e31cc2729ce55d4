-- Taking an issue apart leaves its events to be moved too: those of `hashes` (null: all), from the newest to the oldest.
alter table issue_moves
  add column hashes bytea[],
  add column after_received timestamptz not null default 'infinity',
  add column after_event uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff';

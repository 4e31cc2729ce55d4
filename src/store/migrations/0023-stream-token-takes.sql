-- How often a token that an EventSource repeats has been taken: the newest stream takes over, on whatever node the one
-- before it is open.
alter table stream_tokens add column takes integer not null default 0;

-- Search. Substrings of issues are found by trigrams; what an event is asked by is in its row, and its exact values in
-- one inverted index.
create extension if not exists pg_trgm;

-- terms: 'level=error', 'user=17', '#browser=Chrome' (# for tags). search_text: title, culprit, message and exception
-- values in lower case as JavaScript makes it, which is what the live filters compare. Rows from before have none.
alter table events
  add column terms text[],
  add column search_text text,
  add column handled boolean,
  add column is_new boolean,
  add column is_regression boolean;
-- A short list of pending entries: it is read by every search, and emptied by the writer.
create index events_by_term on events using gin (terms) with (gin_pending_list_limit = 512);

-- Up to 20 distinct texts an issue: title, culprit and messages as they came, in lower case.
create table issue_texts (
  issue_id bigint not null references issues (id) on delete cascade,
  hash uuid not null,               -- md5 of the text
  text text not null,
  primary key (issue_id, hash)
);
create index issue_texts_by_trigram on issue_texts using gin (text gin_trgm_ops);
-- Issues from before are found by their title and culprit at least.
insert into issue_texts (issue_id, hash, text)
select id, md5(text)::uuid, text
from (select id, left(lower(title || E'\n' || culprit), 1000) as text from issues) as known;

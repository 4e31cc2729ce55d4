-- Taken out of a merge, an issue is named as perhaps the same at once, not from its next event on.
alter table issue_redirects add column title_key uuid;

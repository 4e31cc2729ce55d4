-- What SDKs send beside events: attachments, feedback, sessions, check-ins.

-- An attachment exists once this row does: it is written in the transaction of its event. Its bytes are there before.
create table attachments (
  id uuid primary key,
  project_id bigint not null,
  event_id uuid not null,
  received_at timestamptz not null,
  name text not null,
  content_type text not null,
  -- What the SDK means it to be: event.attachment, event.minidump, event.view_hierarchy …
  kind text not null,
  size bigint not null
);
create index attachments_by_event on attachments (project_id, event_id);
create index attachments_by_project on attachments (project_id, received_at desc);

-- Bytes that no attachment has yet: an upload that is under way, or was cut off and is removed after an hour.
create table attachment_uploads (
  id uuid primary key,
  started_at timestamptz not null
);
create index attachment_uploads_by_start on attachment_uploads (started_at);

-- 256 KiB each, the last one less.
create table attachment_chunks (
  attachment_id uuid not null,
  position integer not null,
  bytes bytea not null,
  primary key (attachment_id, position)
);
alter table attachment_chunks alter column bytes set storage external;

-- What users wrote about an error, from the dialog, the feedback widget or `user_report` items.
create table feedback (
  project_id bigint not null references projects (id) on delete cascade,
  -- Of the feedback itself; made from the event's where the SDK gives none, so that the same is stored once.
  id uuid not null,
  event_id uuid,
  source text not null,
  name text,
  email text,
  message text not null,
  url text,
  environment text,
  release text,
  received_at timestamptz not null,
  primary key (project_id, id)
);
create index feedback_by_time on feedback (project_id, received_at desc, id desc);
create index feedback_by_event on feedback (project_id, event_id) where event_id is not null;

-- Release health: sessions by the hour they started. started counts all of them, the others how they went.
create table release_sessions (
  project_id bigint not null references projects (id) on delete cascade,
  release text not null,
  environment text not null,                 -- '' = none
  hour timestamptz not null,
  status text not null,                      -- started, errored, unhandled, crashed, abnormal
  sessions bigint not null,
  primary key (project_id, hour, release, environment, status)
) with (fillfactor = 80);

create table monitors (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id) on delete cascade,
  slug text not null,
  config jsonb not null default '{}',
  created_at timestamptz not null,
  last_status text,
  last_check_in_at timestamptz,
  unique (project_id, slug)
);

create table check_ins (
  project_id bigint not null references projects (id) on delete cascade,
  id uuid not null,
  monitor_id bigint not null references monitors (id) on delete cascade,
  status text not null,                      -- in_progress, ok, error
  environment text,
  release text,
  started_at timestamptz not null,
  updated_at timestamptz not null,
  duration_ms bigint,
  primary key (project_id, id)
);
create index check_ins_by_monitor on check_ins (monitor_id, started_at desc, id desc);

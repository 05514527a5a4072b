-- What the public proposes (R2). A submission waits for review with its file; nothing of it is public before a
-- publication of it commits. And the mail outbox (R12.7): mails are rows until a mail server has taken them.

create table secims.submission (
  id uuid not null constraint submission_pkey primary key,
  -- What people say on the telephone; it opens nothing.
  reference text not null constraint submission_reference_key unique
    constraint submission_reference_form check (reference ~ '^S-[0-9A-Z]{4}-[0-9A-Z]{4}$'),
  -- publishing: approved, and its publication has not committed yet; the submitter still reads 'in review'.
  state text not null default 'received' constraint submission_state_known
    check (state in ('received', 'in_review', 'returned', 'publishing', 'approved', 'rejected')),
  -- Counts every change; the ETag.
  version integer not null default 1,
  -- { name, email, organisation?, phone? } of whoever submits.
  contact jsonb not null,
  -- As the record would have it (metadata/record-metadata.ts).
  metadata jsonb not null,
  message text,
  -- R2.4: the data lie elsewhere; an administrator decides whether that is accepted.
  is_hosted_elsewhere boolean not null default false,
  upload_id uuid constraint submission_upload_fkey references secims.upload (id) on delete set null,
  upload_layer text,
  -- { name, sizeBytes, sha256, format, kind }: stays when the upload has become a publication or garbage.
  file jsonb,
  -- Why it was returned or rejected.
  reason text,
  record_id uuid constraint submission_record_fkey references secims.record (id),
  -- Of the address it came from: enough to count, not enough to find somebody.
  sender text not null,
  -- [{ state, at, reason? }], for the submitter.
  history jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint submission_has_data check (file is not null or is_hosted_elsewhere)
);
create index submission_state_idx on secims.submission (state, created_at);
create index submission_sender_idx on secims.submission (sender, created_at);
create index submission_email_idx on secims.submission (lower(contact ->> 'email'), created_at);
create index submission_record_idx on secims.submission (record_id) where record_id is not null;
create index submission_upload_idx on secims.submission (upload_id) where upload_id is not null;

-- Private links (R2.16): one made by the submitter's browser, one for each mail. Only their digests are kept.
create table secims.submission_link (
  sha256 text not null constraint submission_link_pkey primary key
    constraint submission_link_form check (sha256 ~ '^[0-9a-f]{64}$'),
  submission_id uuid not null constraint submission_link_submission_fkey references secims.submission (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index submission_link_submission_idx on secims.submission_link (submission_id);

-- What signs the time at which a form was opened, and hides addresses.
create table secims.submission_secret (
  only_row boolean not null default true constraint submission_secret_pkey primary key
    constraint submission_secret_one_row check (only_row),
  value text not null default gen_random_uuid()::text || gen_random_uuid()::text
);
insert into secims.submission_secret default values;

-- Uploads without an account belong to whoever has the link whose digest this is.
alter table secims.upload
  add column submitter_sha256 text constraint upload_submitter_form check (submitter_sha256 ~ '^[0-9a-f]{64}$'),
  add constraint upload_has_one_owner check (token_id is null or submitter_sha256 is null);
create index upload_submitter_idx on secims.upload (submitter_sha256) where submitter_sha256 is not null;

create table secims.mail (
  id uuid not null constraint mail_pkey primary key,
  kind text not null,
  recipient_name text not null default '',
  recipient_email text not null,
  subject text not null,
  submission_id uuid constraint mail_submission_fkey references secims.submission (id),
  -- What its text is made of when it is sent; no private link among it.
  data jsonb not null default '{}',
  state text not null default 'waiting' constraint mail_state_known check (state in ('waiting', 'sent', 'failed')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  last_error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  constraint mail_sent_has_time check ((state = 'sent') = (sent_at is not null))
);
create index mail_due_idx on secims.mail (next_at) where state = 'waiting';
create index mail_created_idx on secims.mail (created_at desc);

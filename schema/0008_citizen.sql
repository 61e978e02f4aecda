-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What inhabitants tell without an account. The report itself is an event (source 'citizen'): here is
-- only what the receipt and the answer need.
CREATE TABLE citizen_report (
  municipality_code text NOT NULL,
  id uuid NOT NULL,                     -- the event's
  feeling text NOT NULL CHECK (feeling IN ('unsafe', 'safe')),
  reasons text NOT NULL,                -- codes with a blank between
  times text NOT NULL,                  -- when it feels so: codes with a blank between
  state text NOT NULL CHECK (state IN ('received', 'looking', 'decided', 'closed')),
  answer text,
  answered_at bigint,
  code_hash text,                       -- keyed hash of the receipt's words; NULL: it has run out
  code_until bigint NOT NULL,
  received_at bigint NOT NULL,
  changed_at bigint NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  origin text,
  PRIMARY KEY (municipality_code, id)
);
CREATE UNIQUE INDEX citizen_report_code ON citizen_report (municipality_code, code_hash);
CREATE INDEX citizen_report_age ON citizen_report (municipality_code, received_at);

-- Where an answer is to be sent; away when it has been sent, or after delete_at.
CREATE TABLE citizen_email (
  municipality_code text NOT NULL,
  report_id uuid NOT NULL,
  email text NOT NULL,
  lang text NOT NULL,
  delete_at bigint NOT NULL,
  PRIMARY KEY (municipality_code, report_id)
);

-- Forms that have been used, until they could not be used anyway.
CREATE TABLE citizen_sent (
  municipality_code text NOT NULL,
  token_hash text NOT NULL,
  said_hash text NOT NULL,              -- keyed hash of what it said
  report_id uuid NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (municipality_code, token_hash)
);

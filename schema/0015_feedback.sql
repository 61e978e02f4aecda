-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Answers to those who report: what came of each report.

-- What is said to who reported. One press may answer several: they share batch_id, so that the same
-- form sent twice answers once.
CREATE TABLE feedback_answer (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  batch_id uuid NOT NULL,
  event_id uuid NOT NULL,
  reporter_id uuid NOT NULL,            -- whose report it was
  action_id uuid,                       -- the action that it tells of
  text text,                            -- NULL: taken away with the report's own words
  at bigint NOT NULL,
  by_id uuid,
  withdrawn_at bigint,
  PRIMARY KEY (municipality_code, id),
  UNIQUE (municipality_code, batch_id, event_id)
);
CREATE INDEX feedback_answer_event ON feedback_answer (municipality_code, event_id);
CREATE INDEX feedback_answer_reporter ON feedback_answer (municipality_code, reporter_id, at);

-- Which reports an action came from, or answers. Only a person ties them.
CREATE TABLE feedback_action (
  municipality_code text NOT NULL,
  event_id uuid NOT NULL,
  action_id uuid NOT NULL,
  at bigint NOT NULL,
  by_id uuid,
  PRIMARY KEY (municipality_code, event_id, action_id)
);
CREATE INDEX feedback_action_of ON feedback_action (municipality_code, action_id);

-- A municipality's own templates for answers, and what it has made of the program's.
CREATE TABLE feedback_template (
  municipality_code text NOT NULL,
  key text NOT NULL,                    -- the program's own name ('done'), or an id
  name text NOT NULL,
  text text NOT NULL,
  removed smallint NOT NULL DEFAULT 0,
  version bigint NOT NULL,
  changed_at bigint NOT NULL,
  changed_by uuid,
  PRIMARY KEY (municipality_code, key)
);

-- When somebody last looked at what came of their reports.
CREATE TABLE feedback_seen (
  municipality_code text NOT NULL,
  account_id uuid NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (municipality_code, account_id)
);

-- Letters follow a person, as log-in does: at most one a week, from however many municipalities.
CREATE TABLE feedback_letter (
  account_id uuid PRIMARY KEY REFERENCES account (id),
  off smallint NOT NULL DEFAULT 0,      -- 1: wants none
  sent_at bigint,                       -- the latest; what is older has been told
  changed_at bigint NOT NULL
);

-- 1: who reported may read the reason. Older ones were written for the log alone.
ALTER TABLE review_act ADD COLUMN told smallint NOT NULL DEFAULT 0;
-- Where a letter can be answered with "no more" in one press.
ALTER TABLE mail ADD COLUMN stop text;

-- What people with an account reported: each their own, what was rejected of it, and by time.
CREATE INDEX event_mine ON event (municipality_code, created_by, reported_at) WHERE created_by IS NOT NULL;
CREATE INDEX event_mine_rejected ON event (municipality_code, created_by) WHERE state = 'rejected';
CREATE INDEX event_reported ON event (municipality_code, reported_at) WHERE created_by IS NOT NULL;

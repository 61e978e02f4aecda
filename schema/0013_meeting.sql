-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Meetings: who was there, what was said to each item, what was decided, and the minutes as they stood
-- when the meeting was closed.

CREATE TABLE meeting (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  period_id uuid,                       -- set when it is opened; NULL: none had begun
  starts_at bigint NOT NULL,            -- when it is planned
  minutes bigint NOT NULL,              -- how long it may take
  state text NOT NULL CHECK (state IN ('planned', 'open', 'closed')),
  opened_at bigint,
  opened_by uuid,
  closed_at bigint,
  closed_by uuid,
  next_at bigint,                       -- when the group meets again, once that is decided
  revision bigint NOT NULL DEFAULT 0,   -- grows with each change of what belongs to the meeting
  content text,                         -- JSON: the minutes, frozen; NULL until it is closed
  letters bigint NOT NULL DEFAULT 0,    -- how many were told that the minutes are there
  created_at bigint NOT NULL,
  created_by uuid,
  origin text,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX meeting_time ON meeting (municipality_code, starts_at);

-- Those with an account who were there.
CREATE TABLE meeting_present (
  municipality_code text NOT NULL,
  meeting_id uuid NOT NULL,
  account_id uuid NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (municipality_code, meeting_id, account_id)
);

-- Guests: an organisation and how many. Never names.
CREATE TABLE meeting_guest (
  municipality_code text NOT NULL,
  meeting_id uuid NOT NULL,
  id uuid NOT NULL,
  organisation text NOT NULL,
  people bigint NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (municipality_code, meeting_id, id)
);

-- What was written to an item of the agenda. Rows are only added: the highest version counts, and who
-- comes second with a version has not seen the first.
CREATE TABLE meeting_note (
  municipality_code text NOT NULL,
  meeting_id uuid NOT NULL,
  item text NOT NULL,
  version bigint NOT NULL,
  words text NOT NULL,
  set_at bigint NOT NULL,
  set_by uuid,
  PRIMARY KEY (municipality_code, meeting_id, item, version)
);

-- Items that the meeting was finished with.
CREATE TABLE meeting_item (
  municipality_code text NOT NULL,
  meeting_id uuid NOT NULL,
  item text NOT NULL,
  done_at bigint NOT NULL,
  PRIMARY KEY (municipality_code, meeting_id, item)
);

-- Actions that were followed up, and what the answer was.
CREATE TABLE meeting_tick (
  municipality_code text NOT NULL,
  meeting_id uuid NOT NULL,
  action_id uuid NOT NULL,
  done smallint NOT NULL,               -- 0: not done
  at bigint NOT NULL,
  PRIMARY KEY (municipality_code, meeting_id, action_id)
);

-- Actions that were decided there.
CREATE TABLE meeting_decision (
  municipality_code text NOT NULL,
  meeting_id uuid NOT NULL,
  action_id uuid NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (municipality_code, meeting_id, action_id)
);

-- What is to be told to whom. What has not been told comes back at the next meeting.
CREATE TABLE meeting_message (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  meeting_id uuid NOT NULL,             -- where it was decided
  audience text NOT NULL CHECK (audience IN ('reporters', 'public', 'council', 'staff')),
  words text NOT NULL,
  at bigint NOT NULL,
  told_at bigint,
  told_meeting uuid,                    -- where somebody said that it was done
  PRIMARY KEY (municipality_code, id)
);

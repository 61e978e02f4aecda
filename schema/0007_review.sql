-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Review: what a coordinator does with what reporters send in. Events that were there before stay as
-- they are: 'included' was looked at, or came from who needs no look.

-- The same happening, told once more: this row is kept and shown with that one, and not counted.
ALTER TABLE event ADD COLUMN same_as uuid;
CREATE INDEX event_same ON event (municipality_code, same_as) WHERE same_as IS NOT NULL;
-- Those that wait, the oldest first.
CREATE INDEX event_waiting ON event (municipality_code, reported_at) WHERE state = 'submitted';

-- What was done with a report, so that it can be shown and the latest undone. One press may have done
-- it with several: they share batch_id.
CREATE TABLE review_act (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  batch_id uuid NOT NULL,
  event_id uuid NOT NULL,
  kind text NOT NULL,                   -- 'accept', 'link', 'unlink', 'strike', 'redact', 'ask',
                                        -- 'forward', 'reject', 'override'
  at bigint NOT NULL,
  by_id uuid,
  state_before text NOT NULL,
  same_before uuid,
  version_after bigint NOT NULL,        -- of the event: undone only while that stands
  object_id uuid,                       -- the main report, the question, or who got it
  reason text,                          -- the reviewer's own words
  undone_at bigint,
  undone_by uuid,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX review_act_event ON review_act (municipality_code, event_id);
CREATE INDEX review_act_latest ON review_act (municipality_code, by_id, at);
CREATE INDEX review_act_batch ON review_act (municipality_code, batch_id);

-- A question to who reported, and the answer.
CREATE TABLE review_question (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  event_id uuid NOT NULL,
  reporter_id uuid NOT NULL,
  question text,                        -- NULL: taken away
  asked_at bigint NOT NULL,
  asked_by uuid,
  answer text,
  answered_at bigint,
  withdrawn_at bigint,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX review_question_event ON review_question (municipality_code, event_id);
CREATE INDEX review_question_reporter ON review_question (municipality_code, reporter_id);

-- Reports that were sent on to another organisation of the municipality, which may then read them.
CREATE TABLE review_forward (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  event_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  note text,
  at bigint NOT NULL,
  by_id uuid,
  seen_at bigint,                       -- somebody there has said that it is received
  seen_by uuid,
  withdrawn_at bigint,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX review_forward_event ON review_forward (municipality_code, event_id);
CREATE INDEX review_forward_to ON review_forward (municipality_code, organisation_id);

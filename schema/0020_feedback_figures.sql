-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Answers that stand, by report and time: the page of answers looks each report up in the index alone.
CREATE INDEX feedback_answer_stands ON feedback_answer (municipality_code, event_id, at)
  WHERE withdrawn_at IS NULL;
-- What was done since this morning, by anybody: a report keeps its number in the list all day.
CREATE INDEX review_act_at ON review_act (municipality_code, at);

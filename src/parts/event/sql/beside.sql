-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What others keep beside an event: photos, and what reviewers and reporters have written about it. It
-- goes with the event, and its words with the event's words.

-- name: event_photos_remove
-- in: municipality text, event_id id
DELETE FROM photo WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_photo_words
-- in: municipality text, event_id id
-- out: id id, alt text?
SELECT id, alt FROM photo WHERE municipality_code = :municipality AND event_id = :event_id ORDER BY id;

-- name: event_photo_words_set
-- in: municipality text, id id, alt text?
UPDATE photo SET alt = :alt WHERE municipality_code = :municipality AND id = :id;

-- name: event_acts_silent
-- in: municipality text, event_id id
UPDATE review_act SET reason = NULL WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_questions_silent
-- in: municipality text, event_id id
UPDATE review_question SET question = NULL, answer = NULL
 WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_forwards_silent
-- in: municipality text, event_id id
UPDATE review_forward SET note = NULL WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_acts_remove
-- in: municipality text, event_id id
DELETE FROM review_act WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_questions_remove
-- in: municipality text, event_id id
DELETE FROM review_question WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_forwards_remove
-- in: municipality text, event_id id
DELETE FROM review_forward WHERE municipality_code = :municipality AND event_id = :event_id;

-- Why a text that points at somebody stands: among what reviewers have done (parts/review).
-- name: event_kept_put
-- in: municipality text, id id, batch_id id, event_id id, at int, by_id id, reason text
INSERT INTO review_act (municipality_code, id, batch_id, event_id, kind, at, by_id, state_before,
  version_after, reason)
SELECT e.municipality_code, :id, :batch_id, e.id, 'keep', :at, :by_id, e.state, e.version, :reason
FROM event e WHERE e.municipality_code = :municipality AND e.id = :event_id;

-- name: event_answers_silent
-- in: municipality text, event_id id
UPDATE feedback_answer SET text = NULL WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_answers_remove
-- in: municipality text, event_id id
DELETE FROM feedback_answer WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_ties_remove
-- in: municipality text, event_id id
DELETE FROM feedback_action WHERE municipality_code = :municipality AND event_id = :event_id;

-- Its answers, and what others were told in the same press: the same words.
-- name: event_answer_words
-- in: municipality text, event_id id
-- out: id id, text text?
SELECT id, text FROM feedback_answer WHERE municipality_code = :municipality
  AND batch_id IN (SELECT f.batch_id FROM feedback_answer f
    WHERE f.municipality_code = :municipality AND f.event_id = :event_id)
ORDER BY id;

-- name: event_answer_words_set
-- in: municipality text, id id, text text?
UPDATE feedback_answer SET text = :text WHERE municipality_code = :municipality AND id = :id;

-- What an inhabitant was answered about it. A form that was open with the words is not taken afterwards.
-- name: event_receipt_words
-- in: municipality text, event_id id
-- out: answer text
SELECT answer FROM citizen_report
 WHERE municipality_code = :municipality AND id = :event_id AND answer IS NOT NULL;

-- name: event_receipt_words_set
-- in: municipality text, event_id id, answer text
-- change: citizen_report u :event_id
UPDATE citizen_report SET answer = :answer, version = version + 1
 WHERE municipality_code = :municipality AND id = :event_id;

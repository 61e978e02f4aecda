-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How many wait, and how many of them are from inhabitants: those count only when accepted.
-- name: review_waiting_count
-- in: municipality text
-- out: n int, citizen int
SELECT count(*) AS n, coalesce(sum(CASE WHEN source = 'citizen' THEN 1 ELSE 0 END), 0) AS citizen
FROM event WHERE municipality_code = :municipality AND state = 'submitted';

-- name: review_waiting
-- in: municipality text, most int
-- out: id id
SELECT id FROM event WHERE municipality_code = :municipality AND state = 'submitted'
ORDER BY reported_at, id LIMIT :most;

-- What has been handled since a moment, in the order of those that wait.
-- name: review_handled
-- in: municipality text, since int, most int
-- out: id id, reported_at int
SELECT DISTINCT e.id AS id, e.reported_at AS reported_at FROM review_act r
JOIN event e ON e.municipality_code = r.municipality_code AND e.id = r.event_id
WHERE r.municipality_code = :municipality AND r.at >= :since AND r.state_before = 'submitted'
  AND e.state <> 'submitted'
ORDER BY reported_at, id LIMIT :most;

-- name: review_seq
-- in: municipality text
-- out: seq int
SELECT seq FROM change_head WHERE municipality_code = :municipality;

-- name: review_changed_since
-- in: municipality text, id id, seen int
-- out: n int
SELECT count(*) AS n FROM change_log
WHERE municipality_code = :municipality AND seq > :seen AND table_name = 'event' AND row_id = :id;

-- name: review_act_put
-- in: municipality text, id id, batch_id id, event_id id, kind text, at int, by_id id?
-- in: state_before text, same_before id?, version_after int, object_id id?, reason text?
INSERT INTO review_act (municipality_code, id, batch_id, event_id, kind, at, by_id, state_before,
  same_before, version_after, object_id, reason, told)
VALUES (:municipality, :id, :batch_id, :event_id, :kind, :at, :by_id, :state_before, :same_before,
  :version_after, :object_id, :reason, 1);

-- `at + 0`: a report's own acts are few, and sorted here; the index by time holds the municipality's.
-- name: review_act_of
-- in: municipality text, event_id id
-- out: id id, batch_id id, kind text, at int, by_id id?, object_id id?, reason text?
-- out: undone_at int?, name text?
SELECT r.id AS id, r.batch_id AS batch_id, r.kind AS kind, r.at AS at, r.by_id AS by_id,
  r.object_id AS object_id, r.reason AS reason, r.undone_at AS undone_at, a.name AS name
FROM review_act r LEFT JOIN account a ON a.id = r.by_id
WHERE r.municipality_code = :municipality AND r.event_id = :event_id
ORDER BY r.at + 0 DESC, r.id DESC LIMIT 100;

-- The latest thing that somebody did, whatever it was.
-- name: review_act_latest
-- in: municipality text, by_id id
-- out: batch_id id, kind text, at int, event_id id
SELECT batch_id, kind, at, event_id FROM review_act
WHERE municipality_code = :municipality AND by_id = :by_id AND undone_at IS NULL AND kind <> 'keep'
ORDER BY at DESC, id DESC LIMIT 1;

-- In the order in which they are undone.
-- name: review_act_batch
-- in: municipality text, batch_id id
-- out: id id, event_id id, kind text, by_id id?, state_before text, same_before id?
-- out: version_after int, object_id id?
SELECT id, event_id, kind, by_id, state_before, same_before, version_after, object_id
FROM review_act
WHERE municipality_code = :municipality AND batch_id = :batch_id AND undone_at IS NULL
ORDER BY at + 0 DESC, id DESC;

-- name: review_act_undone
-- in: municipality text, id id, undone_at int, undone_by id
UPDATE review_act SET undone_at = :undone_at, undone_by = :undone_by
WHERE municipality_code = :municipality AND id = :id AND undone_at IS NULL;

-- name: review_act_words
-- in: municipality text, id id, reason text?
UPDATE review_act SET reason = :reason WHERE municipality_code = :municipality AND id = :id;

-- name: review_question_put
-- in: municipality text, id id, event_id id, reporter_id id, question text, asked_at int, asked_by id
INSERT INTO review_question (municipality_code, id, event_id, reporter_id, question, asked_at, asked_by)
VALUES (:municipality, :id, :event_id, :reporter_id, :question, :asked_at, :asked_by);

-- The same question by the same person, which still waits for its answer.
-- name: review_question_same
-- in: municipality text, event_id id, asked_by id, question text
-- out: n int
SELECT count(*) AS n FROM review_question
WHERE municipality_code = :municipality AND event_id = :event_id AND asked_by = :asked_by
  AND question = :question AND answered_at IS NULL AND withdrawn_at IS NULL;

-- name: review_question_of
-- in: municipality text, event_id id
-- out: id id, question text?, asked_at int, answer text?, answered_at int?
SELECT id, question, asked_at, answer, answered_at FROM review_question
WHERE municipality_code = :municipality AND event_id = :event_id AND withdrawn_at IS NULL
ORDER BY asked_at DESC, id DESC;

-- The questions of all reports that wait.
-- name: review_question_waiting
-- in: municipality text
-- out: event_id id, question text?, asked_at int, answer text?, answered_at int?
SELECT q.event_id AS event_id, q.question AS question, q.asked_at AS asked_at, q.answer AS answer,
  q.answered_at AS answered_at
FROM review_question q
JOIN event e ON e.municipality_code = q.municipality_code AND e.id = q.event_id
WHERE q.municipality_code = :municipality AND q.withdrawn_at IS NULL AND e.state = 'submitted'
ORDER BY q.asked_at, q.id;

-- Who has reported something that waits, and can answer a question here.
-- name: review_reporters
-- in: municipality text
-- out: account_id id
SELECT m.account_id AS account_id FROM membership m JOIN account a ON a.id = m.account_id
WHERE m.municipality_code = :municipality AND m.state = 'active' AND a.state = 'active'
  AND EXISTS (SELECT 1 FROM event e WHERE e.municipality_code = m.municipality_code
    AND e.state = 'submitted' AND e.created_by = m.account_id);

-- The photos of the reports that wait.
-- name: review_photos_waiting
-- in: municipality text
-- out: id id, event_id id, alt text?, width int, height int
SELECT p.id AS id, p.event_id AS event_id, p.alt AS alt, p.width AS width, p.height AS height FROM photo p
JOIN event e ON e.municipality_code = p.municipality_code AND e.id = p.event_id
WHERE p.municipality_code = :municipality AND e.state = 'submitted'
ORDER BY p.event_id, p.sort, p.id;

-- name: review_question_withdraw
-- in: municipality text, id id, withdrawn_at int
UPDATE review_question SET withdrawn_at = :withdrawn_at
WHERE municipality_code = :municipality AND id = :id AND answered_at IS NULL AND withdrawn_at IS NULL;

-- name: review_question_answer
-- in: municipality text, id id, reporter_id id, answer text, answered_at int
UPDATE review_question SET answer = :answer, answered_at = :answered_at
WHERE municipality_code = :municipality AND id = :id AND reporter_id = :reporter_id
  AND answered_at IS NULL AND withdrawn_at IS NULL AND question IS NOT NULL;

-- What this person has answered already.
-- name: review_question_answered
-- in: municipality text, id id, reporter_id id
-- out: answer text?
SELECT answer FROM review_question
WHERE municipality_code = :municipality AND id = :id AND reporter_id = :reporter_id
  AND answered_at IS NOT NULL AND withdrawn_at IS NULL AND question IS NOT NULL;

-- name: review_question_mine
-- in: municipality text, reporter_id id
-- out: id id, event_id id, question text?, asked_at int, answer text?, answered_at int?
SELECT id, event_id, question, asked_at, answer, answered_at FROM review_question
WHERE municipality_code = :municipality AND reporter_id = :reporter_id AND withdrawn_at IS NULL
  AND question IS NOT NULL
ORDER BY asked_at DESC, id DESC LIMIT 50;

-- name: review_question_words
-- in: municipality text, id id, question text?, answer text?
UPDATE review_question SET question = :question, answer = :answer
WHERE municipality_code = :municipality AND id = :id;

-- name: review_question_all
-- in: municipality text, event_id id
-- out: id id, question text?, answer text?
SELECT id, question, answer FROM review_question
WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: review_forward_put
-- in: municipality text, id id, event_id id, organisation_id id, note text?, at int, by_id id
INSERT INTO review_forward (municipality_code, id, event_id, organisation_id, note, at, by_id)
VALUES (:municipality, :id, :event_id, :organisation_id, :note, :at, :by_id);

-- Sent on to the same organisation by the same person with the same note, and not received yet.
-- name: review_forward_same
-- in: municipality text, event_id id, organisation_id id, by_id id, note text
-- out: n int
SELECT count(*) AS n FROM review_forward
WHERE municipality_code = :municipality AND event_id = :event_id
  AND organisation_id = :organisation_id AND by_id = :by_id AND coalesce(note, '') = :note
  AND seen_at IS NULL AND withdrawn_at IS NULL;

-- name: review_forward_of
-- in: municipality text, event_id id
-- out: id id, organisation_id id, note text?, at int, seen_at int?, withdrawn_at int?
SELECT id, organisation_id, note, at, seen_at, withdrawn_at FROM review_forward
WHERE municipality_code = :municipality AND event_id = :event_id ORDER BY at DESC, id DESC;

-- name: review_forward_to
-- in: municipality text, organisation_id id
-- out: id id, event_id id, note text?, at int, seen_at int?
SELECT id, event_id, note, at, seen_at FROM review_forward
WHERE municipality_code = :municipality AND organisation_id = :organisation_id
  AND withdrawn_at IS NULL
ORDER BY at DESC, id DESC LIMIT 50;

-- name: review_forward_seen
-- in: municipality text, id id, organisation_id id, seen_at int, seen_by id
UPDATE review_forward SET seen_at = :seen_at, seen_by = :seen_by
WHERE municipality_code = :municipality AND id = :id AND organisation_id = :organisation_id
  AND seen_at IS NULL AND withdrawn_at IS NULL;

-- name: review_forward_there
-- in: municipality text, id id, organisation_id id
-- out: n int
SELECT count(*) AS n FROM review_forward
WHERE municipality_code = :municipality AND id = :id AND organisation_id = :organisation_id
  AND seen_at IS NOT NULL AND withdrawn_at IS NULL;

-- name: review_forward_withdraw
-- in: municipality text, id id, withdrawn_at int
UPDATE review_forward SET withdrawn_at = :withdrawn_at
WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NULL;

-- name: review_forward_words
-- in: municipality text, id id, note text?
UPDATE review_forward SET note = :note WHERE municipality_code = :municipality AND id = :id;

-- What waits for somebody: questions to the person, reports sent on to the organisation. Only what
-- the page shows is counted.
-- name: review_mine_count
-- in: municipality text, reporter_id id, organisation_id id?
-- out: n int
SELECT (SELECT count(*) FROM review_question q
        JOIN event e ON e.municipality_code = q.municipality_code AND e.id = q.event_id
        WHERE q.municipality_code = :municipality AND q.reporter_id = :reporter_id
          AND q.answered_at IS NULL AND q.withdrawn_at IS NULL AND q.question IS NOT NULL)
     + (SELECT count(*) FROM review_forward f
        JOIN event e ON e.municipality_code = f.municipality_code AND e.id = f.event_id
        WHERE f.municipality_code = :municipality AND f.organisation_id = :organisation_id
          AND f.seen_at IS NULL AND f.withdrawn_at IS NULL AND e.state <> 'rejected') AS n;

-- name: review_mine_any
-- in: municipality text, reporter_id id, organisation_id id?
-- out: n int
SELECT (SELECT count(*) FROM review_question q
        JOIN event e ON e.municipality_code = q.municipality_code AND e.id = q.event_id
        WHERE q.municipality_code = :municipality AND q.reporter_id = :reporter_id
          AND q.withdrawn_at IS NULL AND q.question IS NOT NULL)
     + (SELECT count(*) FROM review_forward f
        JOIN event e ON e.municipality_code = f.municipality_code AND e.id = f.event_id
        WHERE f.municipality_code = :municipality AND f.organisation_id = :organisation_id
          AND f.withdrawn_at IS NULL AND e.state <> 'rejected') AS n;

-- name: review_organisation
-- in: municipality text, id id
-- out: name text
SELECT name FROM organisation
WHERE municipality_code = :municipality AND id = :id AND active = 1;

-- name: review_reporter
-- in: municipality text, account_id id
-- out: name text
SELECT a.name AS name FROM membership m JOIN account a ON a.id = m.account_id
WHERE m.municipality_code = :municipality AND m.account_id = :account_id AND m.state = 'active'
  AND a.state = 'active';

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Reports of inhabitants, their receipts and answers.
-- name: citizen_put
-- in: municipality text, id id, feeling text, reasons text, times text, state text, answer text?
-- in: answered_at int?, code_hash text, code_until int, at int, origin text?
-- change: citizen_report i :id
INSERT INTO citizen_report (municipality_code, id, feeling, reasons, times, state, answer,
  answered_at, code_hash, code_until, received_at, changed_at, version, origin)
VALUES (:municipality, :id, :feeling, :reasons, :times, :state, :answer, :answered_at, :code_hash,
  :code_until, :at, :at, 1, :origin);

-- name: citizen_one
-- in: municipality text, id id
-- out: id id, feeling text, reasons text, times text, state text, answer text?, answered_at int?
-- out: code_hash text?, code_until int, received_at int, changed_at int, version int
SELECT id, feeling, reasons, times, state, answer, answered_at, code_hash, code_until, received_at,
       changed_at, version
  FROM citizen_report WHERE municipality_code = :municipality AND id = :id;

-- name: citizen_by_code
-- in: municipality text, code_hash text, now int
-- out: id id
SELECT id FROM citizen_report
 WHERE municipality_code = :municipality AND code_hash = :code_hash AND code_until > :now;

-- name: citizen_code_taken
-- in: municipality text, code_hash text
-- out: n int
SELECT count(*) AS n FROM citizen_report
 WHERE municipality_code = :municipality AND code_hash = :code_hash;

-- How many have come since then: a flood from many networks.
-- name: citizen_since
-- in: municipality text, since int
-- out: n int
SELECT count(*) AS n FROM citizen_report
 WHERE municipality_code = :municipality AND received_at > :since;

-- name: citizen_answer
-- in: municipality text, id id, seen int, state text, answer text?, answered_at int?
-- in: code_until int, at int
-- change: citizen_report u :id
UPDATE citizen_report SET state = :state, answer = :answer, answered_at = :answered_at,
  code_until = :code_until, changed_at = :at, version = version + 1
 WHERE municipality_code = :municipality AND id = :id AND version = :seen;

-- The oldest first; those that are done, the newest first.
-- name: citizen_open
-- in: municipality text, most int, skip int
-- out: id id, feeling text, reasons text, state text, received_at int, mail int, type_code text?
-- out: place_name text?, event_state text?
SELECT r.id, r.feeling, r.reasons, r.state, r.received_at,
       (SELECT count(*) FROM citizen_email m
         WHERE m.municipality_code = :municipality AND m.report_id = r.id) AS mail,
       e.type_code, e.place_name, e.state AS event_state
  FROM citizen_report r
  LEFT JOIN event e ON e.municipality_code = r.municipality_code AND e.id = r.id
 WHERE r.municipality_code = :municipality AND r.state <> 'closed'
 ORDER BY r.received_at, r.id LIMIT :most OFFSET :skip;

-- name: citizen_closed
-- in: municipality text, most int, skip int
-- out: id id, feeling text, reasons text, state text, received_at int, mail int, type_code text?
-- out: place_name text?, event_state text?
SELECT r.id, r.feeling, r.reasons, r.state, r.received_at,
       (SELECT count(*) FROM citizen_email m
         WHERE m.municipality_code = :municipality AND m.report_id = r.id) AS mail,
       e.type_code, e.place_name, e.state AS event_state
  FROM citizen_report r
  LEFT JOIN event e ON e.municipality_code = r.municipality_code AND e.id = r.id
 WHERE r.municipality_code = :municipality AND r.state = 'closed'
 ORDER BY r.received_at DESC, r.id LIMIT :most OFFSET :skip;

-- How many nobody has looked at: they are in no count.
-- name: citizen_unreviewed
-- in: municipality text
-- out: n int
SELECT count(*) AS n
  FROM citizen_report r JOIN event e ON e.municipality_code = r.municipality_code AND e.id = r.id
 WHERE r.municipality_code = :municipality AND e.state = 'submitted' AND e.same_as IS NULL;

-- name: citizen_counts
-- in: municipality text
-- out: open int, closed int
SELECT (SELECT count(*) FROM citizen_report
         WHERE municipality_code = :municipality AND state <> 'closed') AS open,
       (SELECT count(*) FROM citizen_report
         WHERE municipality_code = :municipality AND state = 'closed') AS closed;

-- name: citizen_email_put
-- in: municipality text, report id, email text, lang text, delete_at int
INSERT INTO citizen_email (municipality_code, report_id, email, lang, delete_at)
VALUES (:municipality, :report, :email, :lang, :delete_at);

-- name: citizen_email_one
-- in: municipality text, report id, now int
-- out: email text, lang text, delete_at int
SELECT email, lang, delete_at FROM citizen_email
 WHERE municipality_code = :municipality AND report_id = :report AND delete_at > :now;

-- name: citizen_email_delete
-- in: municipality text, report id
DELETE FROM citizen_email WHERE municipality_code = :municipality AND report_id = :report;

-- name: citizen_sent_put
-- in: municipality text, token_hash text, said_hash text, report id, expires_at int
INSERT INTO citizen_sent (municipality_code, token_hash, said_hash, report_id, expires_at)
VALUES (:municipality, :token_hash, :said_hash, :report, :expires_at);

-- name: citizen_sent_one
-- in: municipality text, token_hash text
-- out: said_hash text, report id
SELECT said_hash, report_id AS report FROM citizen_sent
 WHERE municipality_code = :municipality AND token_hash = :token_hash;

-- What has had its time, in all municipalities.
-- name: citizen_old_emails
-- in: now int
DELETE FROM citizen_email WHERE delete_at <= :now;

-- name: citizen_old_sent
-- in: now int
DELETE FROM citizen_sent WHERE expires_at <= :now;

-- name: citizen_old_codes
-- in: now int
UPDATE citizen_report SET code_hash = NULL WHERE code_hash IS NOT NULL AND code_until <= :now;

-- Words that are struck out of answers, some at a time.
-- name: citizen_answer_words
-- in: municipality text, after id, most int
-- out: id id, answer text
SELECT id, answer FROM citizen_report
 WHERE municipality_code = :municipality AND answer IS NOT NULL AND id > :after
 ORDER BY id LIMIT :most;

-- A form that was open with them in it is not taken afterwards.
-- name: citizen_answer_words_put
-- in: municipality text, id id, answer text
-- change: citizen_report u :id
UPDATE citizen_report SET answer = :answer, version = version + 1
 WHERE municipality_code = :municipality AND id = :id;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Exercises: whether one goes on, and the letters it would have sent.

-- Held until the transaction ends, so that nothing is written into an exercise that is being ended.
-- name: drill_hold
-- in: code text
-- out: code text
SELECT code FROM municipality WHERE code = :code;
-- postgres:
SELECT code FROM municipality WHERE code = :code FOR SHARE;

-- name: drill_goes_on
-- in: code text
-- out: code text
SELECT code FROM municipality WHERE code = :code;

-- name: drill_letter_put
-- in: municipality text, id id, recipient text, subject text, body text, at int
INSERT INTO drill_letter (municipality_code, id, recipient, subject, body, created_at)
VALUES (:municipality, :id, :recipient, :subject, :body, :at);

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: mail_insert
-- in: id id, recipient text, subject text, body text, stop text?, state text, at int
INSERT INTO mail (id, recipient, subject, body, stop, state, next_at, created_at)
VALUES (:id, :recipient, :subject, :body, :stop, :state, :at, :at);

-- name: mail_due
-- in: now int, most int
-- out: id id, recipient text, subject text, body text, stop text?, attempts int, created_at int
SELECT id, recipient, subject, body, stop, attempts, created_at FROM mail
 WHERE state = 'waiting' AND next_at <= :now
 ORDER BY next_at, id LIMIT :most;

-- Nobody reads afterwards what it said or who it went to.
-- name: mail_sent
-- in: id id, at int
UPDATE mail SET state = 'sent', sent_at = :at, body = '', recipient = '', stop = NULL WHERE id = :id;

-- name: mail_again
-- in: id id, state text, next int
UPDATE mail SET attempts = attempts + 1, state = :state, next_at = :next WHERE id = :id;

-- name: mail_delete_old
-- in: before int
DELETE FROM mail WHERE created_at < :before AND state <> 'waiting';

-- name: mail_latest
-- in: most int
-- out: id id, recipient text, subject text, body text, state text, created_at int
SELECT id, recipient, subject, body, state, created_at FROM mail
 ORDER BY created_at DESC, id DESC LIMIT :most;

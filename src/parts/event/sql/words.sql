-- SPDX-License-Identifier: AGPL-3.0-or-later
-- VALUES and not SELECT: for one row SQLite keeps no journal of the statement, whose handling takes
-- longer the larger the transaction is.
-- name: event_words_put
-- in: municipality text, id id, words text
INSERT INTO event_words (rowid, words) VALUES (
  (SELECT rid FROM event WHERE municipality_code = :municipality AND id = :id), :words);
-- postgres:
INSERT INTO event_words (municipality_code, event_id, words)
VALUES (:municipality, :id, CAST(:words AS tsvector));

-- name: event_words_remove
-- in: municipality text, id id
DELETE FROM event_words WHERE rowid =
  (SELECT rid FROM event WHERE municipality_code = :municipality AND id = :id);
-- postgres:
DELETE FROM event_words WHERE municipality_code = :municipality AND event_id = :id;

-- What has been deleted leaves the index only when its parts are merged.
-- name: event_words_purge
INSERT INTO event_words (event_words) VALUES ('optimize');
-- postgres:
DELETE FROM event_words WHERE false;

-- CROSS JOIN: words first, then their rows; the planner would look up the words of every row.
-- name: event_words_find
-- in: municipality text, query text
-- out: id id
SELECT e.id FROM event_words w CROSS JOIN event e ON e.rid = w.rowid
WHERE w.words MATCH :query AND e.municipality_code = :municipality;
-- postgres:
SELECT event_id AS id FROM event_words
WHERE municipality_code = :municipality AND words @@ CAST(:query AS tsquery);

-- name: event_words_search
-- in: query text
-- out: id id
SELECT e.id FROM event_words w CROSS JOIN event e ON e.rid = w.rowid WHERE w.words MATCH :query;
-- postgres:
SELECT event_id AS id FROM event_words WHERE words @@ CAST(:query AS tsquery);

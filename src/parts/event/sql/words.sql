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

-- What an event is known by in memory: its rid on SQLite, its id on PostgreSQL. No join to the rows:
-- that would cost more than the search. The index of SQLite holds every municipality's words, and
-- the columns know which rids are whose; from the first to the last of them is searched.
-- name: event_words_find
-- in: municipality text, query text, first int, last int
-- out: rid int?, id id?
SELECT rowid AS rid, NULL AS id FROM event_words
WHERE event_words MATCH :query AND rowid BETWEEN :first AND :last AND :municipality IS NOT NULL;
-- postgres:
SELECT CAST(NULL AS bigint) AS rid, event_id AS id FROM event_words
WHERE municipality_code = :municipality AND words @@ CAST(:query AS tsquery) AND :first <= :last;

-- name: event_words_search
-- in: query text, first int, last int
-- out: rid int?, id id?
SELECT rowid AS rid, NULL AS id FROM event_words
WHERE event_words MATCH :query AND rowid BETWEEN :first AND :last;
-- postgres:
SELECT CAST(NULL AS bigint) AS rid, event_id AS id FROM event_words
WHERE words @@ CAST(:query AS tsquery) AND :first <= :last;

-- What an event is found by: its words between blanks. PostgreSQL gives each once.
-- name: event_words_said
-- in: municipality text, id id
-- out: words text
SELECT words FROM event_words
WHERE rowid = (SELECT rid FROM event WHERE municipality_code = :municipality AND id = :id);
-- postgres:
SELECT array_to_string(tsvector_to_array(words), ' ') AS words FROM event_words
WHERE municipality_code = :municipality AND event_id = :id;

-- The same of all events of a municipality.
-- name: event_words_all_said
-- in: municipality text
-- out: id id, words text
SELECT e.id AS id, w.words AS words FROM event e JOIN event_words w ON w.rowid = e.rid
WHERE e.municipality_code = :municipality;
-- postgres:
SELECT event_id AS id, array_to_string(tsvector_to_array(words), ' ') AS words FROM event_words
WHERE municipality_code = :municipality;

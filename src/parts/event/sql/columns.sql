-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The columns in memory. The first three give the same columns in the same order: one function
-- reads them all. Only SQLite has a rid, and only it searches words by it.
-- name: event_rows_all
-- out: municipality text, id id, source text, organisation_id id?, type_code text
-- out: occurred_from int, occurred_to int, local_weekday int, local_hour int, precision text
-- out: east real?, north real?, place_name text?, area_id id?, state text, origin text?
-- out: same_as id?, rid int
SELECT municipality_code AS municipality, id, source, organisation_id, type_code, occurred_from,
  occurred_to, local_weekday, local_hour, precision, east, north, place_name, area_id, state, origin,
  same_as, rid
FROM event;
-- postgres:
SELECT municipality_code AS municipality, id, source, organisation_id, type_code, occurred_from,
  occurred_to, local_weekday, local_hour, precision, east, north, place_name, area_id, state, origin,
  same_as, CAST(0 AS bigint) AS rid
FROM event;

-- In the order of ids, which is about that of the rows in the file.
-- name: event_rows_of
-- in: municipality text
-- out: municipality text, id id, source text, organisation_id id?, type_code text
-- out: occurred_from int, occurred_to int, local_weekday int, local_hour int, precision text
-- out: east real?, north real?, place_name text?, area_id id?, state text, origin text?
-- out: same_as id?, rid int
SELECT municipality_code AS municipality, id, source, organisation_id, type_code, occurred_from,
  occurred_to, local_weekday, local_hour, precision, east, north, place_name, area_id, state, origin,
  same_as, rid
FROM event WHERE municipality_code = :municipality ORDER BY id;
-- postgres:
SELECT municipality_code AS municipality, id, source, organisation_id, type_code, occurred_from,
  occurred_to, local_weekday, local_hour, precision, east, north, place_name, area_id, state, origin,
  same_as, CAST(0 AS bigint) AS rid
FROM event WHERE municipality_code = :municipality ORDER BY id;

-- name: event_rows_one
-- in: municipality text, id id
-- out: municipality text, id id, source text, organisation_id id?, type_code text
-- out: occurred_from int, occurred_to int, local_weekday int, local_hour int, precision text
-- out: east real?, north real?, place_name text?, area_id id?, state text, origin text?
-- out: same_as id?, rid int
SELECT municipality_code AS municipality, id, source, organisation_id, type_code, occurred_from,
  occurred_to, local_weekday, local_hour, precision, east, north, place_name, area_id, state, origin,
  same_as, rid
FROM event WHERE municipality_code = :municipality AND id = :id;
-- postgres:
SELECT municipality_code AS municipality, id, source, organisation_id, type_code, occurred_from,
  occurred_to, local_weekday, local_hour, precision, east, north, place_name, area_id, state, origin,
  same_as, CAST(0 AS bigint) AS rid
FROM event WHERE municipality_code = :municipality AND id = :id;

-- name: event_head
-- in: municipality text
-- out: seq int
SELECT seq FROM change_head WHERE municipality_code = :municipality;

-- Of all that is real: the twins in which municipalities practise have codes from 5 on.
-- name: event_heads
-- out: municipality text, seq int
SELECT municipality_code AS municipality, seq FROM change_head
WHERE municipality_code < '5' ORDER BY municipality_code;

-- name: event_changed
-- in: municipality text, after int, until int
-- out: id id
SELECT DISTINCT row_id AS id FROM change_log
WHERE municipality_code = :municipality AND seq > :after AND seq <= :until
  AND table_name = 'event' AND row_id IS NOT NULL;

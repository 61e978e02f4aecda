-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: import_test_counts
-- out: events int, versions int, rejects int, runs int, areas int
SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM event_version) AS versions,
  (SELECT count(*) FROM import_reject) AS rejects, (SELECT count(*) FROM import_run) AS runs,
  (SELECT count(*) FROM area) AS areas;

-- name: import_test_event
-- in: key text
-- out: municipality text, version int, description text?, place_name text?
SELECT municipality_code AS municipality, version, description, place_name FROM event
 WHERE source_key = :key LIMIT 1;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: event_version_put
-- in: municipality text, event_id id, version int, replaced_at int, replaced_by id?, reason text
-- in: content text, texts text?
INSERT INTO event_version (municipality_code, event_id, version, replaced_at, replaced_by, reason,
  content, texts)
VALUES (:municipality, :event_id, :version, :replaced_at, :replaced_by, :reason, :content, :texts);

-- name: event_version_list
-- in: municipality text, event_id id
-- out: version int, replaced_at int, replaced_by id?, reason text, content text, texts text?
SELECT version, replaced_at, replaced_by, reason, content, texts FROM event_version
WHERE municipality_code = :municipality AND event_id = :event_id
ORDER BY version DESC LIMIT 500;

-- name: event_version_redact
-- in: municipality text, event_id id
UPDATE event_version SET texts = NULL
WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_version_move
-- in: municipality text, event_id id, previous text
UPDATE event_version SET municipality_code = :municipality
WHERE municipality_code = :previous AND event_id = :event_id;

-- name: event_version_remove
-- in: municipality text, event_id id
DELETE FROM event_version WHERE municipality_code = :municipality AND event_id = :event_id;

-- name: event_version_number
-- in: municipality text, id id, version int
UPDATE event SET version = :version WHERE municipality_code = :municipality AND id = :id;

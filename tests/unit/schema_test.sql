-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: old_meeting_index_drop
DROP INDEX meeting_one_open;

-- name: old_meeting_add
-- in: municipality text, id id, starts int, state text, opened int, revision int
INSERT INTO meeting (municipality_code, id, starts_at, minutes, state, opened_at, revision, created_at)
VALUES (:municipality, :id, :starts, 30, :state, :opened, :revision, 0);

-- name: old_meeting_list
-- out: id id, state text, opened int?, revision int
SELECT id, state, opened_at AS opened, revision FROM meeting ORDER BY starts_at;

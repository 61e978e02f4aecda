-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: settings_type_counts
-- in: municipality text
-- out: code text, n int
SELECT type_code AS code, count(*) AS n FROM event
 WHERE municipality_code = :municipality GROUP BY type_code ORDER BY type_code;

-- name: settings_type_put
-- in: municipality text, code text, label text?, hidden int
INSERT INTO event_type_label (municipality_code, code, label, hidden)
VALUES (:municipality, :code, :label, :hidden)
ON CONFLICT (municipality_code, code) DO UPDATE SET label = excluded.label, hidden = excluded.hidden;

-- name: settings_type_clear
-- in: municipality text, code text
DELETE FROM event_type_label WHERE municipality_code = :municipality AND code = :code;

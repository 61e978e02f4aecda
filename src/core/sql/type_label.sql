-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: type_labels
-- in: municipality text
-- out: code text, label text?, hidden int
SELECT code, label, hidden FROM event_type_label WHERE municipality_code = :municipality
ORDER BY code;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: feedback_test_town
-- in: code text, name text
INSERT INTO municipality (code, kind, name, slug, county_code, population, active)
VALUES (:code, 'municipality', :name, :name, '14', 1, 1);

-- name: feedback_test_rows
-- in: municipality text
-- out: n int
SELECT count(*) AS n FROM feedback_answer WHERE municipality_code = :municipality;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: jobs_test_lease
-- in: municipality text, id id
-- out: lease_until int
SELECT lease_until FROM job WHERE municipality_code = :municipality AND id = :id;

-- As if its end could not be written.
-- name: jobs_test_unend
-- in: municipality text, id id, lease_until int
UPDATE job SET state = 'running', lease_until = :lease_until
 WHERE municipality_code = :municipality AND id = :id;

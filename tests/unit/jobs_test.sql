-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: jobs_test_lease
-- in: municipality text, id id
-- out: lease_until int
SELECT lease_until FROM job WHERE municipality_code = :municipality AND id = :id;

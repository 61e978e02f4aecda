-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Slips: printed invitations for reporters.
-- name: slip_sheet_insert
-- in: municipality text, id id, organisation id, slips int, at int, by id?, expires int
INSERT INTO slip_sheet (municipality_code, id, organisation_id, slips, created_at, created_by, expires_at)
VALUES (:municipality, :id, :organisation, :slips, :at, :by, :expires);

-- name: slip_sheet_there
-- in: municipality text, id id
-- out: n int
SELECT count(*) AS n FROM slip_sheet WHERE municipality_code = :municipality AND id = :id;

-- name: slip_insert
-- in: municipality text, id id, sheet id, code_hash blob
INSERT INTO slip (municipality_code, id, sheet_id, code_hash)
VALUES (:municipality, :id, :sheet, :code_hash);

-- How many slips of a municipality can still be used.
-- name: slip_open
-- in: municipality text, now int
-- out: n int
SELECT count(*) AS n
  FROM slip s
  JOIN slip_sheet h ON h.municipality_code = s.municipality_code AND h.id = s.sheet_id
 WHERE s.municipality_code = :municipality AND s.used_at IS NULL
   AND h.withdrawn_at IS NULL AND h.expires_at > :now;

-- name: slip_sheet_list
-- in: municipality text
-- out: id id, organisation_name text?, slips int, used int, created_at int, expires_at int, withdrawn_at int?
SELECT h.id, o.name AS organisation_name, h.slips,
       (SELECT count(*) FROM slip s
         WHERE s.municipality_code = h.municipality_code AND s.sheet_id = h.id
           AND s.used_at IS NOT NULL) AS used,
       h.created_at, h.expires_at, h.withdrawn_at
  FROM slip_sheet h
  LEFT JOIN organisation o
    ON o.municipality_code = h.municipality_code AND o.id = h.organisation_id
 WHERE h.municipality_code = :municipality ORDER BY h.created_at DESC, h.id LIMIT 100;

-- name: slip_sheet_withdraw
-- in: municipality text, id id, at int
UPDATE slip_sheet SET withdrawn_at = :at
 WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NULL;

-- A slip that can be used: of a sheet that is not withdrawn, for an organisation that is awake.
-- name: slip_find
-- in: municipality text, code_hash blob, now int, tries int
-- out: id id, sheet id, organisation id, organisation_name text, expires_at int
SELECT s.id, h.id AS sheet, h.organisation_id AS organisation, o.name AS organisation_name,
       h.expires_at
  FROM slip s
  JOIN slip_sheet h ON h.municipality_code = s.municipality_code AND h.id = s.sheet_id
  JOIN organisation o
    ON o.municipality_code = h.municipality_code AND o.id = h.organisation_id AND o.active = 1
  JOIN municipality m ON m.code = s.municipality_code AND m.active = 1
 WHERE s.municipality_code = :municipality AND s.code_hash = :code_hash AND s.used_at IS NULL
   AND s.tries < :tries AND h.withdrawn_at IS NULL AND h.expires_at > :now;

-- name: slip_use
-- in: municipality text, id id, account id, at int
UPDATE slip SET used_at = :at, used_by = :account
 WHERE municipality_code = :municipality AND id = :id AND used_at IS NULL;

-- name: slip_try
-- in: municipality text, id id
UPDATE slip SET tries = tries + 1
 WHERE municipality_code = :municipality AND id = :id AND used_at IS NULL;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: settings_organisations
-- in: municipality text
-- out: id id, name text, kind text, active int, accounts int
SELECT o.id, o.name, o.kind, o.active,
       (SELECT count(*) FROM membership m
         WHERE m.municipality_code = o.municipality_code AND m.organisation_id = o.id
           AND m.state = 'active') AS accounts
  FROM organisation o WHERE o.municipality_code = :municipality ORDER BY o.active DESC, o.name, o.id;

-- name: settings_organisation
-- in: municipality text, id id
-- out: id id, name text, kind text, active int
SELECT id, name, kind, active FROM organisation
 WHERE municipality_code = :municipality AND id = :id;

-- name: settings_organisation_named
-- in: municipality text, name text
-- out: id id
SELECT id FROM organisation WHERE municipality_code = :municipality AND name = :name;

-- name: settings_organisation_add
-- in: municipality text, id id, name text, kind text, at int
-- change: organisation i :id
INSERT INTO organisation (municipality_code, id, name, kind, active, created_at)
VALUES (:municipality, :id, :name, :kind, 1, :at);

-- name: settings_organisation_set
-- in: municipality text, id id, name text, kind text, name_before text, kind_before text
-- change: organisation u :id
UPDATE organisation SET name = :name, kind = :kind
 WHERE municipality_code = :municipality AND id = :id
   AND name = :name_before AND kind = :kind_before;

-- name: settings_organisation_active
-- in: municipality text, id id, active int
-- change: organisation u :id
UPDATE organisation SET active = :active
 WHERE municipality_code = :municipality AND id = :id AND active <> :active;

-- name: settings_organisation_end_access
-- in: municipality text, id id, at int
UPDATE membership SET state = 'suspended', changed_at = :at
 WHERE municipality_code = :municipality AND organisation_id = :id AND state = 'active';

-- name: settings_organisation_end_invitations
-- in: municipality text, id id, at int
UPDATE invitation SET expires_at = :at
 WHERE municipality_code = :municipality AND organisation_id = :id AND used_at IS NULL
   AND expires_at > :at;

-- name: settings_organisation_end_slips
-- in: municipality text, id id, at int
UPDATE slip_sheet SET withdrawn_at = :at
 WHERE municipality_code = :municipality AND organisation_id = :id AND withdrawn_at IS NULL;

-- name: settings_organisation_used
-- in: municipality text, id id
-- out: n int
SELECT (SELECT count(*) FROM membership
         WHERE municipality_code = :municipality AND organisation_id = :id)
     + (SELECT count(*) FROM invitation
         WHERE municipality_code = :municipality AND organisation_id = :id)
     + (SELECT count(*) FROM slip_sheet
         WHERE municipality_code = :municipality AND organisation_id = :id)
     + (SELECT count(*) FROM action
         WHERE municipality_code = :municipality AND organisation_id = :id)
     + (SELECT count(*) FROM review_forward
         WHERE municipality_code = :municipality AND organisation_id = :id)
     + (SELECT count(*) FROM event
         WHERE municipality_code = :municipality AND organisation_id = :id) AS n;

-- name: settings_organisation_delete
-- in: municipality text, id id
-- change: organisation d :id
DELETE FROM organisation WHERE municipality_code = :municipality AND id = :id;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What actions hang on: organisations, areas, people, municipalities.
-- name: action_organisations
-- in: municipality text
-- out: id id, name text, active int
SELECT id, name, active FROM organisation WHERE municipality_code = :municipality ORDER BY name, id;

-- name: action_areas
-- in: municipality text
-- out: id id, name text
SELECT id, name FROM area WHERE municipality_code = :municipality AND kind = 'district'
 ORDER BY name, id;

-- Who is reminded of what an organisation owns: its people who may tell how it goes, and the
-- coordinators.
-- name: action_people
-- in: municipality text
-- out: account id, email text, role text, organisation id?, lang text
SELECT a.id AS account, a.email, m.role, m.organisation_id AS organisation, a.lang
  FROM membership m JOIN account a ON a.id = m.account_id
 WHERE m.municipality_code = :municipality AND m.state = 'active' AND a.state = 'active'
   AND m.role IN ('prevention_coordinator', 'community_officer', 'group_member')
 ORDER BY a.email;

-- name: action_towns
-- out: code text
SELECT code FROM municipality WHERE active = 1 AND kind = 'municipality' ORDER BY code;

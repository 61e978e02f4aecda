-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the overview, the log and the pages of the installation ask.
-- name: settings_state
-- in: municipality text
-- out: organisations int, dormant int, accounts int, labels int, hidden int, areas int, places int, periods int, rhythms int, breaks int, contacts int, jobs int, running int, profiles int, citizen int
SELECT (SELECT count(*) FROM organisation WHERE municipality_code = :municipality AND active = 1) AS organisations,
       (SELECT count(*) FROM organisation WHERE municipality_code = :municipality AND active = 0) AS dormant,
       (SELECT count(*) FROM membership WHERE municipality_code = :municipality AND state = 'active') AS accounts,
       (SELECT count(*) FROM event_type_label WHERE municipality_code = :municipality AND label IS NOT NULL) AS labels,
       (SELECT count(*) FROM event_type_label WHERE municipality_code = :municipality AND hidden = 1) AS hidden,
       (SELECT count(*) FROM area WHERE municipality_code = :municipality) AS areas,
       (SELECT count(*) FROM place WHERE municipality_code = :municipality) AS places,
       (SELECT count(*) FROM period WHERE municipality_code = :municipality) AS periods,
       (SELECT count(*) FROM rhythm WHERE municipality_code = :municipality AND active = 1) AS rhythms,
       (SELECT count(*) FROM school_break WHERE municipality_code = :municipality) AS breaks,
       (SELECT count(*) FROM contact WHERE municipality_code = :municipality) AS contacts,
       (SELECT count(*) FROM job WHERE municipality_code = :municipality) AS jobs,
       (SELECT count(*) FROM job WHERE municipality_code = :municipality AND state IN ('waiting', 'running')) AS running,
       (SELECT count(*) FROM import_profile WHERE municipality_code = :municipality) AS profiles,
       (SELECT count(*) FROM setting WHERE municipality_code = :municipality AND key = 'citizen_reports' AND value = '1') AS citizen;

-- name: settings_towns_active
-- out: n int
SELECT count(*) AS n FROM municipality WHERE active = 1;

-- name: settings_town_switch
-- in: code text, active int, at int
UPDATE municipality SET active = :active,
  activated_at = CASE WHEN :active = 1 THEN :at ELSE activated_at END
 WHERE code = :code AND kind = 'municipality' AND active <> :active;

-- name: settings_remove
-- in: municipality text, key text
DELETE FROM setting WHERE municipality_code = :municipality AND key = :key;

-- name: settings_log
-- in: municipality text, before int, most int, action text?, account id?, since int?, until int?
-- out: seq int, at int, account id?, account_name text?, action text, object_kind text, object id?, detail text
SELECT a.seq, a.at, a.account_id AS account, c.name AS account_name, a.action, a.object_kind,
       a.object_id AS object, a.detail
  FROM audit a
  LEFT JOIN account c ON c.id = a.account_id
 WHERE a.municipality_code = :municipality AND a.seq < :before
   AND (:action IS NULL OR replace(a.action, '.', '_') = :action)
   AND (:account IS NULL OR a.account_id = :account)
   AND (:since IS NULL OR a.at >= :since)
   AND (:until IS NULL OR a.at < :until)
 ORDER BY a.seq DESC LIMIT :most;

-- name: settings_log_people
-- in: municipality text
-- out: id id, name text
SELECT c.id, c.name FROM membership m JOIN account c ON c.id = m.account_id
 WHERE m.municipality_code = :municipality ORDER BY c.name, c.id;

-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How far a municipality has come. `own` is 1 where only real events count, 0 where all are exercise.
-- name: startkit_state
-- in: municipality text, now int, own int
-- out: organisations int, reporters int, invited int, slips int, labels int, hidden int, areas int, rhythms int, opens int?, running int, begun int, events int
SELECT (SELECT count(*) FROM organisation WHERE municipality_code = :municipality AND active = 1) AS organisations,
       (SELECT count(*) FROM membership WHERE municipality_code = :municipality AND role = 'reporter' AND state = 'active') AS reporters,
       (SELECT count(*) FROM invitation WHERE municipality_code = :municipality AND role = 'reporter' AND used_at IS NULL AND expires_at > :now) AS invited,
       (SELECT count(*) FROM slip s JOIN slip_sheet h ON h.municipality_code = s.municipality_code AND h.id = s.sheet_id
         WHERE s.municipality_code = :municipality AND s.used_at IS NULL AND h.withdrawn_at IS NULL AND h.expires_at > :now) AS slips,
       (SELECT count(*) FROM event_type_label WHERE municipality_code = :municipality AND label IS NOT NULL) AS labels,
       (SELECT count(*) FROM event_type_label WHERE municipality_code = :municipality AND hidden = 1) AS hidden,
       (SELECT count(*) FROM area WHERE municipality_code = :municipality) AS areas,
       (SELECT count(*) FROM rhythm WHERE municipality_code = :municipality AND active = 1) AS rhythms,
       (SELECT opened_to FROM rhythm WHERE municipality_code = :municipality AND active = 1) AS opens,
       (SELECT count(*) FROM period WHERE municipality_code = :municipality AND starts_at <= :now AND ends_at > :now) AS running,
       (SELECT count(*) FROM period WHERE municipality_code = :municipality AND starts_at <= :now) AS begun,
       (SELECT count(*) FROM (SELECT 1 AS one FROM event WHERE municipality_code = :municipality
          AND (:own = 0 OR origin IS NULL) LIMIT 1) AS found) AS events;

-- The period that goes on, else the next one.
-- name: startkit_period
-- in: municipality text, now int
-- out: name text, starts_at int, ends_at int
SELECT name, starts_at, ends_at FROM period
 WHERE municipality_code = :municipality AND ends_at > :now ORDER BY starts_at, ends_at, id LIMIT 1;

-- name: startkit_said_remove
-- in: municipality text, key text
DELETE FROM setting WHERE municipality_code = :municipality AND key = :key;

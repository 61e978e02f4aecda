-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What came of reports. `which`: 0 all, 1 without an answer, 2 answered. What has been answered since
-- the person last looked stands first.
-- name: feedback_mine
-- in: municipality text, account id, organisation id?, everything int, which int, seen int
-- in: most int, skip int
-- out: id id
SELECT e.id AS id FROM event e
WHERE e.municipality_code = :municipality AND e.created_by = :account AND e.source = 'report'
  AND (:everything = 1 OR e.organisation_id IS NULL OR e.organisation_id = :organisation)
  AND (:which = 0
    OR (:which = 2 AND (e.state = 'rejected' OR EXISTS (SELECT 1 FROM feedback_answer f
          WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)))
    OR (:which = 1 AND e.type_code <> 'nothing' AND e.state <> 'rejected'
        AND NOT EXISTS (SELECT 1 FROM feedback_answer f
          WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)))
ORDER BY CASE WHEN EXISTS (SELECT 1 FROM feedback_answer n WHERE n.municipality_code = :municipality
    AND n.event_id = e.id AND n.withdrawn_at IS NULL AND n.at > :seen) THEN 0 ELSE 1 END,
  e.reported_at DESC, e.id DESC LIMIT :most OFFSET :skip;

-- name: feedback_mine_count
-- in: municipality text, account id, organisation id?, everything int, which int
-- out: n int
SELECT count(*) AS n FROM event e
WHERE e.municipality_code = :municipality AND e.created_by = :account AND e.source = 'report'
  AND (:everything = 1 OR e.organisation_id IS NULL OR e.organisation_id = :organisation)
  AND (:which = 0
    OR (:which = 2 AND (e.state = 'rejected' OR EXISTS (SELECT 1 FROM feedback_answer f
          WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)))
    OR (:which = 1 AND e.type_code <> 'nothing' AND e.state <> 'rejected'
        AND NOT EXISTS (SELECT 1 FROM feedback_answer f
          WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)));

-- Whatever way it came: written here, or in a file. Only what somebody here wrote can be answered.
-- name: feedback_ours
-- in: municipality text, organisation id, which int, most int, skip int
-- out: id id
SELECT e.id AS id FROM event e
WHERE e.municipality_code = :municipality AND e.organisation_id = :organisation
  AND (:which = 0
    OR (:which = 2 AND (e.state = 'rejected' OR EXISTS (SELECT 1 FROM feedback_answer f
          WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)))
    OR (:which = 1 AND e.source = 'report' AND e.created_by IS NOT NULL
        AND e.type_code <> 'nothing' AND e.state <> 'rejected'
        AND NOT EXISTS (SELECT 1 FROM feedback_answer f
          WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)))
ORDER BY e.reported_at DESC, e.id DESC LIMIT :most OFFSET :skip;

-- name: feedback_ours_count
-- in: municipality text, organisation id, which int
-- out: n int
SELECT count(*) AS n FROM event e
WHERE e.municipality_code = :municipality AND e.organisation_id = :organisation
  AND (:which = 0
    OR (:which = 2 AND (e.state = 'rejected' OR EXISTS (SELECT 1 FROM feedback_answer f
          WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)))
    OR (:which = 1 AND e.source = 'report' AND e.created_by IS NOT NULL
        AND e.type_code <> 'nothing' AND e.state <> 'rejected'
        AND NOT EXISTS (SELECT 1 FROM feedback_answer f
          WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)));

-- Reports that nobody has answered, the oldest first: of people with an account who do not answer
-- themselves, and not that nothing has happened.
-- name: feedback_open
-- in: municipality text, from int, most int, skip int
-- out: id id
SELECT e.id AS id FROM event e
WHERE e.municipality_code = :municipality AND e.source = 'report' AND e.created_by IS NOT NULL
  AND e.reported_at >= :from
  AND e.type_code <> 'nothing' AND e.state <> 'rejected'
  AND NOT EXISTS (SELECT 1 FROM feedback_answer f
    WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.municipality_code = :municipality
    AND m.account_id = e.created_by AND m.role = 'prevention_coordinator')
ORDER BY e.reported_at, e.id LIMIT :most OFFSET :skip;

-- No more of them are counted than `most`.
-- name: feedback_open_count
-- in: municipality text, from int, most int
-- out: n int
SELECT count(*) AS n FROM (SELECT e.id AS id FROM event e
WHERE e.municipality_code = :municipality AND e.source = 'report' AND e.created_by IS NOT NULL
  AND e.reported_at >= :from
  AND e.type_code <> 'nothing' AND e.state <> 'rejected'
  AND NOT EXISTS (SELECT 1 FROM feedback_answer f
    WHERE f.municipality_code = :municipality AND f.event_id = e.id AND f.withdrawn_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.municipality_code = :municipality
    AND m.account_id = e.created_by AND m.role = 'prevention_coordinator')
  LIMIT :most) x;

-- Reports of a kind that may lie on an action's ground, the latest first.
-- name: feedback_in_area
-- in: municipality text, area id, type text, from int, most int
-- out: id id
SELECT id FROM event
WHERE municipality_code = :municipality AND area_id = :area AND source = 'report'
  AND created_by IS NOT NULL AND state <> 'rejected'
  AND (type_code = :type OR type_code LIKE :type || '.%') AND occurred_from >= :from
ORDER BY occurred_from DESC, id LIMIT :most;

-- name: feedback_in_box
-- in: municipality text, west real, east real, south real, north real, type text, from int, most int
-- out: id id
SELECT id FROM event
WHERE municipality_code = :municipality AND east >= :west AND east <= :east AND north >= :south
  AND north <= :north AND source = 'report' AND created_by IS NOT NULL AND state <> 'rejected'
  AND (type_code = :type OR type_code LIKE :type || '.%') AND occurred_from >= :from
ORDER BY occurred_from DESC, id LIMIT :most;

-- --- Answers ---

-- name: feedback_answer_put
-- in: municipality text, id id, batch_id id, event_id id, action_id id?, text text, at int, by_id id
INSERT INTO feedback_answer (municipality_code, id, batch_id, event_id, reporter_id, action_id, text, at,
  by_id)
SELECT e.municipality_code, :id, :batch_id, e.id, e.created_by, :action_id, :text, :at, :by_id
FROM event e
WHERE e.municipality_code = :municipality AND e.id = :event_id AND e.created_by IS NOT NULL
ON CONFLICT (municipality_code, batch_id, event_id) DO NOTHING;

-- name: feedback_answer_of
-- in: municipality text, event_id id
-- out: id id, batch_id id, text text?, at int, action_id id?, by_id id?, name text?
SELECT f.id AS id, f.batch_id AS batch_id, f.text AS text, f.at AS at, f.action_id AS action_id,
  f.by_id AS by_id, a.name AS name
FROM feedback_answer f LEFT JOIN account a ON a.id = f.by_id
WHERE f.municipality_code = :municipality AND f.event_id = :event_id AND f.withdrawn_at IS NULL
ORDER BY f.at DESC, f.id DESC LIMIT 20;

-- Those that tell of an action, or all; also those that were taken back.
-- name: feedback_answer_words
-- in: municipality text, action id, every int, after id, most int
-- out: id id, text text
SELECT id, text FROM feedback_answer
WHERE municipality_code = :municipality AND text IS NOT NULL AND (:every = 1 OR action_id = :action)
  AND id > :after
ORDER BY id LIMIT :most;

-- name: feedback_answer_words_put
-- in: municipality text, id id, text text
UPDATE feedback_answer SET text = :text WHERE municipality_code = :municipality AND id = :id;

-- name: feedback_answer_one
-- in: municipality text, id id
-- out: event_id id
SELECT event_id FROM feedback_answer
WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NULL;

-- name: feedback_answer_withdrawn
-- in: municipality text, id id
-- out: event_id id
SELECT event_id FROM feedback_answer
WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NOT NULL;

-- name: feedback_answer_withdraw
-- in: municipality text, id id, at int
UPDATE feedback_answer SET withdrawn_at = :at
WHERE municipality_code = :municipality AND id = :id AND withdrawn_at IS NULL;

-- name: feedback_tie
-- in: municipality text, event_id id, action_id id, at int, by_id id
INSERT INTO feedback_action (municipality_code, event_id, action_id, at, by_id)
VALUES (:municipality, :event_id, :action_id, :at, :by_id)
ON CONFLICT (municipality_code, event_id, action_id) DO NOTHING;

-- An answer that is taken back takes the action that it told of along, unless another tells of it.
-- name: feedback_untie
-- in: municipality text, id id
DELETE FROM feedback_action
WHERE municipality_code = :municipality
  AND EXISTS (SELECT 1 FROM feedback_answer f WHERE f.municipality_code = :municipality AND f.id = :id
    AND f.event_id = feedback_action.event_id AND f.action_id = feedback_action.action_id)
  AND NOT EXISTS (SELECT 1 FROM feedback_answer o
    WHERE o.municipality_code = :municipality AND o.event_id = feedback_action.event_id
      AND o.action_id = feedback_action.action_id AND o.withdrawn_at IS NULL);

-- name: feedback_actions_of
-- in: municipality text, event_id id
-- out: action_id id
SELECT action_id FROM feedback_action
WHERE municipality_code = :municipality AND event_id = :event_id ORDER BY at DESC, action_id LIMIT 10;

-- name: feedback_tied
-- in: municipality text, action_id id, most int
-- out: event_id id
SELECT event_id FROM feedback_action
WHERE municipality_code = :municipality AND action_id = :action_id ORDER BY at DESC, event_id LIMIT :most;

-- Actions that are done, and whose reporters have not been told since.
-- name: feedback_done
-- in: municipality text
-- out: action_id id, title text, n int
SELECT t.action_id AS action_id, c.title AS title, count(*) AS n
FROM feedback_action t
JOIN action c ON c.municipality_code = t.municipality_code AND c.id = t.action_id
JOIN event e ON e.municipality_code = t.municipality_code AND e.id = t.event_id
WHERE t.municipality_code = :municipality AND c.state = 'done' AND e.created_by IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM feedback_answer f
    WHERE f.municipality_code = :municipality AND f.event_id = t.event_id
      AND f.action_id = t.action_id AND f.at >= c.state_at AND f.withdrawn_at IS NULL)
GROUP BY t.action_id, c.title ORDER BY c.title, t.action_id LIMIT 20;

-- --- What review has done ---
-- A report's own are few: `at + 0` keeps the engine from walking through all that was reviewed, which
-- is in order of time.

-- name: feedback_rejected
-- in: municipality text, event_id id
-- out: reason text?, told int, at int
SELECT reason, told, at FROM review_act
WHERE municipality_code = :municipality AND event_id = :event_id AND kind = 'reject'
  AND undone_at IS NULL
ORDER BY at + 0 DESC, id DESC LIMIT 1;

-- name: feedback_forwarded
-- in: municipality text, event_id id
-- out: name text, at int
SELECT o.name AS name, f.at AS at FROM review_forward f
JOIN organisation o ON o.municipality_code = f.municipality_code AND o.id = f.organisation_id
WHERE f.municipality_code = :municipality AND f.event_id = :event_id AND f.withdrawn_at IS NULL
ORDER BY f.at DESC, f.id DESC LIMIT 5;

-- name: feedback_asked
-- in: municipality text, event_id id
-- out: id id, reporter_id id, question text?, asked_at int, answer text?, answered_at int?
SELECT id, reporter_id, question, asked_at, answer, answered_at FROM review_question
WHERE municipality_code = :municipality AND event_id = :event_id AND withdrawn_at IS NULL
ORDER BY asked_at DESC, id DESC LIMIT 10;

-- name: feedback_questions
-- in: municipality text, account id
-- out: id id, event_id id, question text, asked_at int
SELECT q.id AS id, q.event_id AS event_id, q.question AS question, q.asked_at AS asked_at
FROM review_question q
JOIN event e ON e.municipality_code = q.municipality_code AND e.id = q.event_id
WHERE q.municipality_code = :municipality AND q.reporter_id = :account AND q.answered_at IS NULL
  AND q.withdrawn_at IS NULL AND q.question IS NOT NULL
ORDER BY q.asked_at DESC, q.id DESC LIMIT 20;

-- --- Seen ---

-- Answers to reports of this person that came after the person last looked. Asked for on every page:
-- what was rejected is found through the person's own reports, never through all that was reviewed.
-- name: feedback_unseen
-- in: municipality text, account id
-- out: n int, latest int?
SELECT count(*) AS n, max(x.at) AS latest FROM (
  SELECT f.at AS at FROM feedback_answer f
  WHERE f.municipality_code = :municipality AND f.reporter_id = :account AND f.withdrawn_at IS NULL
    AND f.at > coalesce((SELECT s.at FROM feedback_seen s
      WHERE s.municipality_code = :municipality AND s.account_id = :account), 0)
  UNION ALL
  SELECT (SELECT max(r.at + 0) FROM review_act r
    WHERE r.municipality_code = :municipality AND r.event_id = e.id AND r.kind = 'reject'
      AND r.undone_at IS NULL AND r.told = 1) AS at FROM event e
  WHERE e.municipality_code = :municipality AND e.created_by = :account AND e.state = 'rejected') x
WHERE x.at > coalesce((SELECT s.at FROM feedback_seen s
  WHERE s.municipality_code = :municipality AND s.account_id = :account), 0);

-- name: feedback_seen_at
-- in: municipality text, account id
-- out: at int
SELECT at FROM feedback_seen WHERE municipality_code = :municipality AND account_id = :account;

-- name: feedback_seen_put
-- in: municipality text, account id, at int
INSERT INTO feedback_seen (municipality_code, account_id, at) VALUES (:municipality, :account, :at)
ON CONFLICT (municipality_code, account_id) DO UPDATE SET at = excluded.at
WHERE feedback_seen.at < excluded.at;

-- --- Shares ---

-- How many reports of each organisation were answered after so many whole days; days none: not yet.
-- name: feedback_share
-- in: municipality text, from int, to int
-- out: organisation id?, days int?, n int
SELECT t.organisation_id AS organisation, t.days AS days, count(*) AS n FROM (
  SELECT x.organisation_id AS organisation_id,
    CASE WHEN x.at IS NULL THEN NULL WHEN x.at < x.reported_at THEN 0
         ELSE (x.at - x.reported_at) / 86400000 END AS days
  FROM (SELECT y.organisation_id AS organisation_id, y.reported_at AS reported_at,
      CASE WHEN y.refused IS NULL OR y.said < y.refused THEN y.said ELSE y.refused END AS at
    FROM (SELECT e.organisation_id AS organisation_id, e.reported_at AS reported_at,
        (SELECT min(f.at) FROM feedback_answer f WHERE f.municipality_code = :municipality
           AND f.event_id = e.id AND f.withdrawn_at IS NULL) AS said,
        CASE WHEN e.state = 'rejected' THEN (SELECT min(r.at + 0) FROM review_act r
           WHERE r.municipality_code = :municipality AND r.event_id = e.id AND r.kind = 'reject'
             AND r.undone_at IS NULL AND r.told = 1) END AS refused
      FROM event e
      WHERE e.municipality_code = :municipality AND e.source = 'report' AND e.created_by IS NOT NULL
        AND e.type_code <> 'nothing' AND e.reported_at >= :from AND e.reported_at < :to
        AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.municipality_code = :municipality
          AND m.account_id = e.created_by AND m.role = 'prevention_coordinator')) y) x) t
GROUP BY t.organisation_id, t.days
ORDER BY CASE WHEN t.organisation_id IS NULL THEN 1 ELSE 0 END, t.organisation_id, t.days;

-- The period that has begun last.
-- name: feedback_period
-- in: municipality text, now int
-- out: name text, starts_at int, ends_at int
SELECT name, starts_at, ends_at FROM period
WHERE municipality_code = :municipality AND starts_at <= :now
ORDER BY starts_at DESC, id LIMIT 1;

-- --- Templates ---

-- name: feedback_templates
-- in: municipality text
-- out: key text, name text, text text, removed int, version int
SELECT key, name, text, removed, version FROM feedback_template
WHERE municipality_code = :municipality ORDER BY name, key LIMIT 200;

-- name: feedback_template_add
-- in: municipality text, key text, name text, text text, removed int, at int, by id
INSERT INTO feedback_template (municipality_code, key, name, text, removed, version, changed_at, changed_by)
VALUES (:municipality, :key, :name, :text, :removed, 1, :at, :by)
ON CONFLICT (municipality_code, key) DO NOTHING;

-- name: feedback_template_set
-- in: municipality text, key text, name text, text text, removed int, version int, at int, by id
UPDATE feedback_template SET name = :name, text = :text, removed = :removed, version = version + 1,
  changed_at = :at, changed_by = :by
WHERE municipality_code = :municipality AND key = :key AND version = :version;

-- --- Letters ---

-- What each person in the municipality who wants letters has not been told: answers, and questions
-- that still wait. `until` is now.
-- name: feedback_news
-- in: municipality text, until int
-- out: account id, email text, lang text, answers int, questions int, first int, sent_at int?
SELECT n.account AS account, a.email AS email, a.lang AS lang, n.answers AS answers,
  n.questions AS questions, n.first_at AS first, l.sent_at AS sent_at
FROM (
  SELECT y.account AS account, sum(y.answer) AS answers, sum(1 - y.answer) AS questions,
    min(y.at) AS first_at
  FROM (
    SELECT f.reporter_id AS account, f.at AS at, 1 AS answer, 1 AS unseen FROM feedback_answer f
    WHERE f.municipality_code = :municipality AND f.withdrawn_at IS NULL AND f.text IS NOT NULL
    UNION ALL
    SELECT e.created_by AS account, r.at AS at, 1 AS answer, 1 AS unseen FROM review_act r
    JOIN event e ON e.municipality_code = r.municipality_code AND e.id = r.event_id
    WHERE r.municipality_code = :municipality AND r.kind = 'reject' AND r.undone_at IS NULL
      AND r.told = 1 AND e.state = 'rejected' AND e.source = 'report'
    UNION ALL
    SELECT q.reporter_id AS account, q.asked_at AS at, 0 AS answer, 0 AS unseen FROM review_question q
    JOIN event e ON e.municipality_code = q.municipality_code AND e.id = q.event_id
    WHERE q.municipality_code = :municipality AND q.answered_at IS NULL AND q.withdrawn_at IS NULL
      AND q.question IS NOT NULL) y
  LEFT JOIN feedback_seen s ON s.municipality_code = :municipality AND s.account_id = y.account
  LEFT JOIN feedback_letter p ON p.account_id = y.account
  WHERE y.account IS NOT NULL AND y.at <= :until AND y.at > coalesce(p.sent_at, 0)
    AND (y.unseen = 0 OR y.at > coalesce(s.at, 0))
  GROUP BY y.account) n
JOIN membership m ON m.municipality_code = :municipality AND m.account_id = n.account
  AND m.state = 'active'
JOIN account a ON a.id = n.account AND a.state = 'active'
LEFT JOIN feedback_letter l ON l.account_id = n.account
WHERE coalesce(l.off, 0) = 0
ORDER BY a.email LIMIT 20000;

-- name: feedback_letter_of
-- in: account id
-- out: off int, sent_at int?
SELECT off, sent_at FROM feedback_letter WHERE account_id = :account;

-- Takes this week's turn: nothing is changed when another has, or when the person wants none.
-- name: feedback_letter_take
-- in: account id, at int, before int
INSERT INTO feedback_letter (account_id, off, sent_at, changed_at) VALUES (:account, 0, :at, :at)
ON CONFLICT (account_id) DO UPDATE SET sent_at = excluded.sent_at
WHERE feedback_letter.off = 0
  AND (feedback_letter.sent_at IS NULL OR feedback_letter.sent_at <= :before);

-- name: feedback_letter_want
-- in: account id, off int, at int
INSERT INTO feedback_letter (account_id, off, sent_at, changed_at) VALUES (:account, :off, NULL, :at)
ON CONFLICT (account_id) DO UPDATE SET off = excluded.off, changed_at = excluded.changed_at
WHERE feedback_letter.off <> excluded.off;

-- name: feedback_towns
-- out: code text, name text
SELECT code, name FROM municipality WHERE active = 1 AND kind = 'municipality' ORDER BY code;

-- name: feedback_account
-- in: account id
-- out: email text
SELECT email FROM account WHERE id = :account AND state = 'active';

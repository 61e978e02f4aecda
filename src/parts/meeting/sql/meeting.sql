-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: meeting_list
-- in: municipality text
-- out: id id, period id?, starts_at int, minutes int, state text, opened_at int?, closed_at int?, next_at int?, revision int, letters int
SELECT id, period_id AS period, starts_at, minutes, state, opened_at, closed_at, next_at, revision,
       letters
  FROM meeting WHERE municipality_code = :municipality
 ORDER BY starts_at DESC, id DESC LIMIT 200;

-- name: meeting_get
-- in: municipality text, id id
-- out: id id, period id?, starts_at int, minutes int, state text, opened_at int?, closed_at int?, next_at int?, revision int, letters int
SELECT id, period_id AS period, starts_at, minutes, state, opened_at, closed_at, next_at, revision,
       letters
  FROM meeting WHERE municipality_code = :municipality AND id = :id;

-- name: meeting_content
-- in: municipality text, id id
-- out: content text?
SELECT content FROM meeting WHERE municipality_code = :municipality AND id = :id;

-- The meeting before this one: what was not finished there comes back.
-- name: meeting_before
-- in: municipality text, id id, opened int
-- out: id id, closed_at int
SELECT id, closed_at FROM meeting
 WHERE municipality_code = :municipality AND state = 'closed' AND id <> :id AND closed_at <= :opened
 ORDER BY closed_at DESC, id DESC LIMIT 1;

-- name: meeting_add
-- in: municipality text, id id, starts int, minutes int, at int, by id?, origin text?
-- change: meeting i :id
INSERT INTO meeting (municipality_code, id, starts_at, minutes, state, created_at, created_by, origin)
SELECT :municipality, :id, :starts, :minutes, 'planned', :at, :by, :origin
 WHERE NOT EXISTS (SELECT 1 FROM meeting WHERE municipality_code = :municipality
                    AND starts_at = :starts AND state <> 'closed');

-- name: meeting_drop
-- in: municipality text, id id
-- change: meeting d :id
DELETE FROM meeting WHERE municipality_code = :municipality AND id = :id AND state = 'planned';

-- name: meeting_move
-- in: municipality text, id id, starts int, minutes int
-- change: meeting u :id
UPDATE meeting SET starts_at = :starts, minutes = :minutes
 WHERE municipality_code = :municipality AND id = :id AND state = 'planned'
   AND NOT EXISTS (SELECT 1 FROM meeting o WHERE o.municipality_code = :municipality
                      AND o.starts_at = :starts AND o.state <> 'closed' AND o.id <> :id);

-- Opened by mistake: nothing has been written, for opening it is the only change there has been.
-- name: meeting_put_back
-- in: municipality text, id id
-- change: meeting u :id
UPDATE meeting SET state = 'planned', period_id = NULL, opened_at = NULL, opened_by = NULL,
       revision = 0
 WHERE municipality_code = :municipality AND id = :id AND state = 'open' AND revision = 1;

-- Only one is open at a time: who opens a second one opens nothing.
-- name: meeting_open
-- in: municipality text, id id, period id?, at int, by id?
-- change: meeting u :id
UPDATE meeting SET state = 'open', period_id = :period, opened_at = :at, opened_by = :by,
       revision = revision + 1
 WHERE municipality_code = :municipality AND id = :id AND state = 'planned'
   AND NOT EXISTS (SELECT 1 FROM meeting o
                    WHERE o.municipality_code = :municipality AND o.state = 'open');

-- Also what shows that the meeting is open: everything that is written in it begins here.
-- name: meeting_touch
-- in: municipality text, id id
-- change: meeting u :id
UPDATE meeting SET revision = revision + 1
 WHERE municipality_code = :municipality AND id = :id AND state = 'open';

-- name: meeting_close
-- in: municipality text, id id, revision int, at int, by id?, content text, letters int
-- change: meeting u :id
UPDATE meeting SET state = 'closed', closed_at = :at, closed_by = :by, content = :content,
       letters = :letters
 WHERE municipality_code = :municipality AND id = :id AND state = 'open' AND revision = :revision;

-- What was written first and then put otherwise is nobody's to read when the meeting is over.
-- name: meeting_notes_last
-- in: municipality text, meeting id
DELETE FROM meeting_note
 WHERE municipality_code = :municipality AND meeting_id = :meeting
   AND version < (SELECT max(v.version) FROM meeting_note v
                   WHERE v.municipality_code = meeting_note.municipality_code
                     AND v.meeting_id = meeting_note.meeting_id AND v.item = meeting_note.item);

-- name: meeting_next
-- in: municipality text, id id, next int?
UPDATE meeting SET next_at = :next
 WHERE municipality_code = :municipality AND id = :id AND state = 'open';

-- Who may be there: those that the meeting is for, with the organisation they are there for. Whoever
-- asks puts them in the order of names.
-- name: meeting_people
-- in: municipality text
-- out: account id, name text, email text, role text, lang text, organisation text?
SELECT a.id AS account, a.name, a.email, m.role, a.lang, o.name AS organisation
  FROM membership m JOIN account a ON a.id = m.account_id
  LEFT JOIN organisation o ON o.municipality_code = m.municipality_code AND o.id = m.organisation_id
 WHERE m.municipality_code = :municipality AND m.state = 'active' AND a.state = 'active'
   AND m.role IN ('prevention_coordinator', 'community_officer', 'group_member')
 ORDER BY a.id;

-- name: meeting_present
-- in: municipality text, meeting id
-- out: account id
SELECT account_id AS account FROM meeting_present
 WHERE municipality_code = :municipality AND meeting_id = :meeting ORDER BY account_id;

-- name: meeting_here
-- in: municipality text, meeting id, account id, at int
INSERT INTO meeting_present (municipality_code, meeting_id, account_id, at)
VALUES (:municipality, :meeting, :account, :at) ON CONFLICT DO NOTHING;

-- name: meeting_away
-- in: municipality text, meeting id, account id
DELETE FROM meeting_present
 WHERE municipality_code = :municipality AND meeting_id = :meeting AND account_id = :account;

-- name: meeting_guests
-- in: municipality text, meeting id
-- out: id id, organisation text, people int
SELECT id, organisation, people FROM meeting_guest
 WHERE municipality_code = :municipality AND meeting_id = :meeting ORDER BY at, id LIMIT 60;

-- name: meeting_guest_add
-- in: municipality text, meeting id, id id, organisation text, people int, at int
INSERT INTO meeting_guest (municipality_code, meeting_id, id, organisation, people, at)
SELECT :municipality, :meeting, :id, :organisation, :people, :at
 WHERE (SELECT count(*) FROM meeting_guest
         WHERE municipality_code = :municipality AND meeting_id = :meeting) < 60;

-- name: meeting_guest_has
-- in: municipality text, meeting id, id id
-- out: n int
SELECT count(*) AS n FROM meeting_guest
 WHERE municipality_code = :municipality AND meeting_id = :meeting AND id = :id;

-- Of a meeting that is open: what is closed keeps its guests.
-- name: meeting_guest_drop
-- in: municipality text, id id
DELETE FROM meeting_guest
 WHERE municipality_code = :municipality AND id = :id
   AND meeting_id IN (SELECT m.id FROM meeting m
                       WHERE m.municipality_code = :municipality AND m.state = 'open');

-- The newest of each item.
-- name: meeting_notes
-- in: municipality text, meeting id
-- out: item text, version int, words text, set_at int, set_by id?, who text?
SELECT n.item, n.version, n.words, n.set_at, n.set_by, c.name AS who
  FROM meeting_note n LEFT JOIN account c ON c.id = n.set_by
 WHERE n.municipality_code = :municipality AND n.meeting_id = :meeting
   AND n.version = (SELECT max(v.version) FROM meeting_note v
                     WHERE v.municipality_code = n.municipality_code
                       AND v.meeting_id = n.meeting_id AND v.item = n.item)
 ORDER BY n.item;

-- Only after the version that was seen; who comes second adds nothing.
-- name: meeting_note_add
-- in: municipality text, meeting id, item text, seen int, version int, words text, at int, by id?
INSERT INTO meeting_note (municipality_code, meeting_id, item, version, words, set_at, set_by)
SELECT :municipality, :meeting, :item, :version, :words, :at, :by
 WHERE (SELECT coalesce(max(version), 0) FROM meeting_note
         WHERE municipality_code = :municipality AND meeting_id = :meeting AND item = :item) = :seen
ON CONFLICT DO NOTHING;

-- name: meeting_items
-- in: municipality text, meeting id
-- out: item text
SELECT item FROM meeting_item
 WHERE municipality_code = :municipality AND meeting_id = :meeting ORDER BY item;

-- name: meeting_item_done
-- in: municipality text, meeting id, item text, at int
INSERT INTO meeting_item (municipality_code, meeting_id, item, done_at)
VALUES (:municipality, :meeting, :item, :at) ON CONFLICT DO NOTHING;

-- name: meeting_item_undone
-- in: municipality text, meeting id, item text
DELETE FROM meeting_item
 WHERE municipality_code = :municipality AND meeting_id = :meeting AND item = :item;

-- name: meeting_ticks
-- in: municipality text, meeting id
-- out: action id, done int
SELECT action_id AS action, done FROM meeting_tick
 WHERE municipality_code = :municipality AND meeting_id = :meeting ORDER BY at, action_id;

-- name: meeting_tick_set
-- in: municipality text, meeting id, action id, done int, at int
INSERT INTO meeting_tick (municipality_code, meeting_id, action_id, done, at)
VALUES (:municipality, :meeting, :action, :done, :at)
ON CONFLICT (municipality_code, meeting_id, action_id) DO UPDATE SET done = excluded.done;

-- name: meeting_decisions
-- in: municipality text, meeting id
-- out: action id
SELECT action_id AS action FROM meeting_decision
 WHERE municipality_code = :municipality AND meeting_id = :meeting ORDER BY at, action_id;

-- name: meeting_decision_has
-- in: municipality text, meeting id, action id
-- out: n int
SELECT count(*) AS n FROM meeting_decision
 WHERE municipality_code = :municipality AND meeting_id = :meeting AND action_id = :action;

-- name: meeting_decision_add
-- in: municipality text, meeting id, action id, at int
INSERT INTO meeting_decision (municipality_code, meeting_id, action_id, at)
VALUES (:municipality, :meeting, :action, :at);

-- name: meeting_decision_drop
-- in: municipality text, meeting id, action id
DELETE FROM meeting_decision
 WHERE municipality_code = :municipality AND meeting_id = :meeting AND action_id = :action;

-- What was decided here, and what an earlier meeting decided that was not told before this one.
-- name: meeting_messages
-- in: municipality text, meeting id
-- out: id id, meeting id, audience text, words text, told_meeting id?
SELECT m.id, m.meeting_id AS meeting, m.audience, m.words, m.told_meeting
  FROM meeting_message m
 WHERE m.municipality_code = :municipality
   AND (m.meeting_id = :meeting OR m.told_meeting = :meeting OR m.told_at IS NULL)
 ORDER BY m.at, m.id LIMIT 100;

-- name: meeting_message_add
-- in: municipality text, id id, meeting id, audience text, words text, at int
INSERT INTO meeting_message (municipality_code, id, meeting_id, audience, words, at)
SELECT :municipality, :id, :meeting, :audience, :words, :at
 WHERE (SELECT count(*) FROM meeting_message
         WHERE municipality_code = :municipality AND told_at IS NULL) < 100;

-- name: meeting_message_has
-- in: municipality text, meeting id, id id
-- out: n int
SELECT count(*) AS n FROM meeting_message
 WHERE municipality_code = :municipality AND meeting_id = :meeting AND id = :id;

-- Told, or, with at NULL, not told after all: only where somebody said that it was.
-- name: meeting_message_told
-- in: municipality text, id id, current id, meeting id?, at int?
UPDATE meeting_message SET told_at = :at, told_meeting = :meeting
 WHERE municipality_code = :municipality AND id = :id
   AND (told_at IS NULL OR told_meeting = :current);

-- What has been told is not taken back.
-- name: meeting_message_drop
-- in: municipality text, id id
DELETE FROM meeting_message
 WHERE municipality_code = :municipality AND id = :id AND told_at IS NULL;

-- name: meeting_periods
-- in: municipality text, now int
-- out: id id, name text, starts_at int, ends_at int, adopted int
SELECT p.id, p.name, p.starts_at, p.ends_at,
       (SELECT count(*) FROM adopted_picture d
         WHERE d.municipality_code = p.municipality_code AND d.period_id = p.id) AS adopted
  FROM period p WHERE p.municipality_code = :municipality AND p.starts_at <= :now
 ORDER BY p.starts_at DESC, p.ends_at DESC, p.id LIMIT 60;

-- name: meeting_period
-- in: municipality text, id id
-- out: id id, name text, starts_at int, ends_at int
SELECT id, name, starts_at, ends_at FROM period
 WHERE municipality_code = :municipality AND id = :id;

-- Organisations with reporters of which nothing has come in a period, not even that all is calm.
-- name: meeting_silent
-- in: municipality text, role text, since int, until int
-- out: name text
SELECT o.name FROM organisation o
 WHERE o.municipality_code = :municipality AND o.active = 1
   AND EXISTS (SELECT 1 FROM membership m
                WHERE m.municipality_code = o.municipality_code AND m.organisation_id = o.id
                  AND m.role = :role AND m.state = 'active')
   AND o.id NOT IN (SELECT e.organisation_id FROM event e
                     WHERE e.municipality_code = :municipality AND e.occurred_from >= :since
                       AND e.occurred_from < :until AND e.organisation_id IS NOT NULL
                       AND e.state <> 'rejected')
 ORDER BY o.name, o.id;

-- Words that are struck out for good.
-- name: meeting_held
-- in: municipality text
-- out: id id
SELECT id FROM meeting WHERE municipality_code = :municipality AND state <> 'planned' ORDER BY id;

-- name: meeting_every_period
-- in: municipality text
-- out: id id
SELECT id FROM period WHERE municipality_code = :municipality ORDER BY id;

-- name: meeting_touch_open
-- in: municipality text
UPDATE meeting SET revision = revision + 1
 WHERE municipality_code = :municipality AND state = 'open';

-- name: meeting_content_put
-- in: municipality text, id id, content text
-- change: meeting u :id
UPDATE meeting SET content = :content
 WHERE municipality_code = :municipality AND id = :id AND state = 'closed';

-- name: meeting_note_words
-- in: municipality text, meeting id
-- out: item text, version int, words text
SELECT item, version, words FROM meeting_note
 WHERE municipality_code = :municipality AND meeting_id = :meeting ORDER BY item, version;

-- name: meeting_note_put
-- in: municipality text, meeting id, item text, version int, words text
UPDATE meeting_note SET words = :words
 WHERE municipality_code = :municipality AND meeting_id = :meeting AND item = :item
   AND version = :version;

-- name: meeting_guest_put
-- in: municipality text, meeting id, id id, organisation text
UPDATE meeting_guest SET organisation = :organisation
 WHERE municipality_code = :municipality AND meeting_id = :meeting AND id = :id;

-- Those that the minutes of a meeting hold: decided there, told there, or waiting then.
-- name: meeting_message_words
-- in: municipality text, meeting id, closed int
-- out: id id, words text
SELECT id, words FROM meeting_message
 WHERE municipality_code = :municipality
   AND (meeting_id = :meeting OR told_meeting = :meeting
        OR (at <= :closed AND (told_at IS NULL OR told_at > :closed)))
 ORDER BY id;

-- name: meeting_message_put
-- in: municipality text, id id, words text
UPDATE meeting_message SET words = :words WHERE municipality_code = :municipality AND id = :id;

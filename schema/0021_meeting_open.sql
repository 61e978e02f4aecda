-- SPDX-License-Identifier: AGPL-3.0-or-later
-- One meeting is open at a time, by the database too. Where two servers had opened one each, the first
-- stays open. The others are planned again, with all that was written in them: nothing is lost, and who
-- opens one finds it there. Where nothing had been written, it is as if it had never been opened.
UPDATE meeting SET state = 'planned', period_id = NULL, opened_at = NULL, opened_by = NULL,
       revision = CASE WHEN revision = 1 THEN 0 ELSE revision END
 WHERE state = 'open' AND EXISTS (
       SELECT 1 FROM meeting o WHERE o.municipality_code = meeting.municipality_code AND o.state = 'open'
          AND (o.opened_at < meeting.opened_at OR (o.opened_at = meeting.opened_at AND o.id < meeting.id)));
CREATE UNIQUE INDEX meeting_one_open ON meeting (municipality_code) WHERE state = 'open';
